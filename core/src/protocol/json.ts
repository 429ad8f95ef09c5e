/**
 * A value of a twin (IoT Hub: "Understand and use device twins", format of tags and properties).
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
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

/** @throws SyntaxError says what is wrong with the text, and never repeats the text */
export function parseJsonObject(text: string): JsonObject {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    throw new SyntaxError(`Body is not JSON (${text.length} characters)`)
  }
  if (!isJsonObject(value)) throw new SyntaxError(`Body is ${typeName(value)}, not an object`)
  if (isDeeperThan(value, MAX_DEPTH)) throw new SyntaxError(`Body is nested deeper than ${MAX_DEPTH} levels`)
  return value
}

/** Walks level by level and not by recursion, because the depth is in doubt. */
function isDeeperThan(value: JsonValue, levels: number): boolean {
  let level: JsonValue[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

/** Freezes the value and everything below it. */
export function freezeJson<T extends JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(Object.freeze(value)).forEach(freezeJson)
  }
  return value
}
