import { isJsonObject } from '../hub/json.ts'

/**
 * Looks a subject up in the text of a `--devices` file, `{ "subject of the JWT": "device ID" }`.
 *
 * @throws SyntaxError where the text is not a JSON object
 */
export function mappedDevice(text: string, subject: string): string | undefined {
  const map = parse(text)
  if (!isJsonObject(map)) throw new SyntaxError('The --devices file is not a JSON object of subjects and device IDs')
  const deviceId = Object.hasOwn(map, subject) ? map[subject] : undefined
  return typeof deviceId === 'string' ? deviceId : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Said above.
    return undefined
  }
}
