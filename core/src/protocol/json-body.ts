import { typeName } from './json.ts'

/**
 * UTF-8 has no code for half a surrogate pair, and such a text would arrive as another
 * (RFC 8259 §8.2).
 *
 * @param place the name of the text in messages
 */
export function checkWellFormed(text: string, place: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError(`${place} has half a surrogate pair; UTF-8 cannot carry it`)
}

/**
 * Writes the JSON body of a message as `JSON.stringify` does, so that a `Date` becomes a text. A
 * value that would silently become `null` or another text is an error.
 *
 * @param place the name of the value in messages
 * @throws TypeError for a value that JSON cannot carry
 */
export function encodeJson(value: unknown, place: string): string {
  const places = new WeakMap<object, string>()
  const text = JSON.stringify(value, function (this: object, key, item: unknown) {
    const holder = places.get(this)
    const at = holder === undefined ? place : Array.isArray(this) ? `${holder}[${key}]` : `${holder}.${key}`
    if (typeof item === 'object' && item !== null) places.set(item, at)
    if (typeof item === 'bigint' || (typeof item === 'number' && !Number.isFinite(item)))
      throw new TypeError(`${at} is ${typeof item === 'bigint' ? 'a bigint' : item}; JSON cannot carry it`)
    for (const part of [key, item]) if (typeof part === 'string') checkWellFormed(part, at)
    return item
  }) as string | undefined
  if (text === undefined) throw new TypeError(`${place} is ${typeName(value)}; JSON cannot carry it`)
  return text
}
