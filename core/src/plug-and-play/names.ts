import { typeName } from '../protocol/json.ts'

/** The rule for names in a model, from DTDL 2 to 4 (docs/protocol/device.md §11). */
const NAME = /^[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?$/

/** @throws TypeError names the bad text and where it was given */
export function checkName(place: string, name: string): void {
  if (typeof name !== 'string') throw new TypeError(`${place} is ${typeName(name)}, not a string`)
  if (NAME.test(name)) return
  throw new TypeError(
    `${place} is ${JSON.stringify(name)}; a DTDL name has letters, digits and _, ` +
      'begins with a letter, and does not end with _',
  )
}
