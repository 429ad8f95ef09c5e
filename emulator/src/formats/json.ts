/**
 * JSON from the wire. The keys of a twin are data, so code reads own properties only. It builds
 * objects with `Object.fromEntries` or a spread, which define `__proto__` as an ordinary property.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a number without a fraction. */
export function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

/** The value of an own property, never of an inherited property. Undefined if there is none. */
export function property(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** A copy of the object with changes. Undefined removes a key. */
export function withProperties(object: JsonObject, changes: ReadonlyMap<string, Json | undefined>): JsonObject {
  const next: Record<string, Json | undefined> = { ...object, ...Object.fromEntries(changes) }
  for (const [key, value] of changes) if (value === undefined) delete next[key]
  return next as JsonObject
}
