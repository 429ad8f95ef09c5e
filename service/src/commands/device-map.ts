import { parseJsonObject } from './patch-input.ts'

/**
 * Looks up a subject in the text of a `--devices` file, `{ "subject of the JWT": "device ID" }`.
 *
 * @throws SyntaxError if the text is not a JSON object
 */
export function mappedDevice(text: string, subject: string): string | undefined {
  const map = parseJsonObject(text, 'The --devices file', '{"auth0|5f7c":"kiosk-7"}')
  const deviceId = Object.hasOwn(map, subject) ? map[subject] : undefined
  return typeof deviceId === 'string' ? deviceId : undefined
}
