import { Refusal } from '../errors/refusal.ts'

/** IoT Hub answers a longer query with PreconditionFailed (docs/protocol/protocol.md §6.3). */
const MAX_BYTES = 8192

/**
 * Bounds the recursion of the parser and of the evaluation. Queries that people write nest less.
 */
const MAX_DEPTH = 30

/**
 * Parentheses and NOT nest. The pattern also matches quoted texts and keys in brackets, to skip
 * them.
 */
const NESTING = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\[\[.*?\]\]|[()]|\bnot\b/gis

/**
 * @throws Refusal PreconditionFailed for a query that is too long, ArgumentInvalid for too much
 *   nesting
 */
export function checkLength(text: string): void {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new Refusal('PreconditionFailed', `The query must not exceed ${MAX_BYTES} bytes`)
  }
  let depth = 0
  for (const [token] of text.matchAll(NESTING)) {
    if (token === ')') depth -= 1
    else if (token === '(' || token.toLowerCase() === 'not') depth += 1
    if (depth > MAX_DEPTH) {
      throw new Refusal('ArgumentInvalid', `The query must not nest more than ${MAX_DEPTH} parentheses and NOTs`)
    }
  }
}
