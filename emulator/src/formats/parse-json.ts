import type { Json } from './json.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * Twins have ten levels. A payload may have more, but recursive code such as JSON.stringify must
 * not run out of stack.
 */
const DEFAULT_MAX_DEPTH = 100

const UTF8 = new TextDecoder('utf-8', { fatal: true })

const STRING_OR_BRACKET = /"(?:\\.|[^"\\])*"|[[\]{}]/g

/**
 * Parses JSON from a client. An empty body is malformed too: docs/protocol/protocol.md §4.5 found
 * no other rule.
 *
 * @throws Refusal IotHubFormatError
 */
export function parseJson(bytes: Uint8Array, maxDepth: number = DEFAULT_MAX_DEPTH): Json {
  const { text, json } = decode(bytes)
  if (depthOf(text) > maxDepth) throw malformed(`The body must not be nested deeper than ${maxDepth} levels`)
  return json
}

function decode(bytes: Uint8Array): { readonly text: string; readonly json: Json } {
  try {
    const text = UTF8.decode(bytes)
    return { text, json: JSON.parse(text) as Json }
  } catch {
    throw malformed('The body must be JSON in UTF-8')
  }
}

/** The depth of a JSON text, without recursion. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function malformed(message: string): Refusal {
  return new Refusal('IotHubFormatError', message)
}
