import { copyJson, createWalk } from './copy-json.ts'

/**
 * Checks a string that leaves unchanged.
 *
 * @param place the name of the string in messages
 * @throws TypeError for half a surrogate pair, for which UTF-8 has no code
 */
export function checkWellFormed(text: string, place: string): void {
  copyJson(text, createWalk(place))
}

/**
 * Writes the JSON body of a message. A value that JSON would silently drop or change is an error,
 * as in a report.
 *
 * @param place the name of the value in messages
 * @throws TypeError for a value that JSON cannot carry; its `path` locates the value
 */
export function encodeJson(value: unknown, place: string): string {
  return JSON.stringify(copyJson(value, createWalk(place)))
}
