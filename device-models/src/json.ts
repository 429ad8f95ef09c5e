import type { JsonObject, JsonValue } from 'hubtwin'

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property of an object, and `undefined` where there is none or no object. */
export function own(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** A value in a sentence, cut where it is long. The sentence may end up in a terminal, so what could command one is escaped. */
export function shown(value: JsonValue): string {
  const text = JSON.stringify(value)
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

/** Controls (ECMA-48 §5.3), bidirectional controls (UAX #9 §2) and half of a surrogate pair become `\uXXXX`, as JSON has it. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escape(character.charCodeAt(index))).join(''),
  )
}

function escape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`
}
