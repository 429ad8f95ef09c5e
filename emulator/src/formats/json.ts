/**
 * JSON as it comes off the wire. Keys of a twin are data: objects are read through own properties and built with
 * `Object.fromEntries` or a spread, both of which define `__proto__` as an ordinary property.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property, or undefined: never something inherited. */
export function property(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** A copy of the object in which the changes are made: undefined removes a key. */
export function withProperties(object: JsonObject, changes: ReadonlyMap<string, Json | undefined>): JsonObject {
  const next: Record<string, Json | undefined> = { ...object, ...Object.fromEntries(changes) }
  for (const [key, value] of changes) if (value === undefined) delete next[key]
  return next as JsonObject
}
