import type { Json } from '../../../src/formats/json.ts'

/** Parses a payload; an empty field is `null`. @throws SyntaxError with the browser's reason */
export function readPayload(text: string): Json {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new SyntaxError(`The payload is not valid JSON: ${(error as Error).message}`, { cause: error })
  }
}
