import { Refusal } from '../errors/refusal.ts'

/** A longer query makes the real hub answer PreconditionFailed (docs/protocol/protocol.md §6.3). */
const maxBytes = 8192

/** Deeper than any person nests; it keeps the recursion of the parser and of the evaluation in bounds. */
const maxDepth = 30

/** What nests: parentheses and NOT. Quoted text and keys in brackets are skipped. */
const nesting = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\[\[.*?\]\]|[()]|\bnot\b/gis

/** @throws Refusal PreconditionFailed for a text that is too long, ArgumentInvalid for one that is nested too deep */
export function checkLength(text: string): void {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new Refusal('PreconditionFailed', `The query must not exceed ${maxBytes} bytes`)
  }
  let depth = 0
  for (const [token] of text.matchAll(nesting)) {
    if (token === ')') depth -= 1
    else if (token === '(' || /^not$/i.test(token)) depth += 1
    if (depth > maxDepth) {
      throw new Refusal('ArgumentInvalid', `The query must not nest more than ${maxDepth} parentheses and NOTs`)
    }
  }
}
