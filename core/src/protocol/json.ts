/**
 * A value of a twin (IoT Hub: "Understand and use device twins", format of tags and properties).
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
/**
 * An object of a twin.
 *
 * @example
 * ```ts
 * import type { JsonObject, JsonValue } from 'hubtwin'
 *
 * function countValues(value: JsonValue): number {
 *   if (typeof value !== 'object' || value === null) return 1
 *   const object = value as JsonObject
 *   return Object.values(object).reduce<number>((sum, each) => sum + countValues(each), 0)
 * }
 * console.log(countValues({ climate: { min: 18, max: 24 } })) // 2
 * ```
 */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/**
 * Deeper than any twin: a hub allows ten levels of objects, arrays aside. The functions that walk a
 * document recurse, and this bound keeps a hostile message from exhausting the stack.
 */
export const MAX_DEPTH = 64

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The name of an unexpected value in an error: "null", "an array", "a number". Never the value
 * itself.
 */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/**
 * The own property `key`, never an inherited one: `toString` and `__proto__` are data in a twin.
 */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** @throws SyntaxError names the problem of the text, and never repeats the text */
export function parseJsonObject(text: string): JsonObject {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    throw new SyntaxError(`Body is not JSON (${text.length} characters)`)
  }
  if (!isJsonObject(value)) throw new SyntaxError(`Body is ${typeName(value)}, not an object`)
  return value
}

/**
 * Freezes the value and everything below it, unless it is frozen already.
 *
 * @throws SyntaxError when it is nested deeper than any twin; the recursion is bounded like that
 */
export function freezeJson<T extends JsonValue | undefined>(value: T, levels: number = MAX_DEPTH): T {
  if (Object.isFrozen(value)) return value
  if (levels < 0) throw new SyntaxError(`Body is nested deeper than ${MAX_DEPTH} levels`)
  for (const item of Object.values<JsonValue>(value as JsonObject)) freezeJson(item, levels - 1)
  return Object.freeze(value)
}
