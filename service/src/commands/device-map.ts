import { parseJsonObject } from './arguments.ts'

/**
 * Looks up a subject in the text of a `--devices` file, `{ "subject of the JWT": "device ID" }`.
 *
 * @throws SyntaxError if the text is not a JSON object
 */
export function mappedDevice(text: string, subject: string): string | undefined {
  const map = parseJsonObject(text)
  if (map === undefined) throw new SyntaxError('The --devices file is not a JSON object of subjects and device IDs')
  const deviceId = Object.hasOwn(map, subject) ? map[subject] : undefined
  return typeof deviceId === 'string' ? deviceId : undefined
}
