import type { JsonObject, JsonValue } from 'hubtwin/light'

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property, never an inherited one. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * JSON on a single line with spaces. Object keys are sorted, so that equal values have equal
 * texts.
 */
export function textOf(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(textOf).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const parts = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return parts.length === 0
    ? '{}'
    : `{ ${parts.map(([key, item]) => `${JSON.stringify(key)}: ${textOf(item)}`).join(', ')} }`
}

const ENCODER = new TextEncoder()

/** The size of a text on the wire, in bytes. */
export function utf8Length(text: string): number {
  return ENCODER.encode(text).length
}
