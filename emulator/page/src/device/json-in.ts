import type { Json } from '../../../src/formats/json.ts'

/** Reads a field that takes JSON, where an empty one is null. @throws SyntaxError with the reason of the browser */
export function jsonIn(text: string): Json {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new SyntaxError(`The payload is not JSON: ${(error as Error).message}`, { cause: error })
  }
}
