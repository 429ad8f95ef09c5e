import type { JsonObject, JsonValue } from 'hubtwin'

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns an own property, or `undefined` if the value is not an object or lacks the property. */
export function own(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Compares JSON values. The order of keys has no meaning, and a hub may change it. */
export function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [Object.entries(a), Object.keys(b)]
  return left.length === right.length && left.every(([key, value]) => isEqual(value, (b as JsonObject)[key]))
}

/** Quotes a value in a message: shortened, and safe for a terminal. */
export function quote(value: JsonValue): string {
  const text = JSON.stringify(value)
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

/**
 * Escapes controls (ECMA-48 §5.3), bidirectional controls (UAX #9 §2), and lone surrogates as
 * `\uXXXX`.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escape(character.charCodeAt(index))).join(''),
  )
}

function escape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`
}
