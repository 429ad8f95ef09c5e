import { type Json, type JsonObject, isObject, property, withProperties } from '../formats/json.ts'

/**
 * Merges a patch into a section of a twin (RFC 7396): objects merge, `null` deletes a key, scalars
 * and arrays replace the old value. A `null` for an unknown key has no effect, but creates the
 * objects around it: `{"p1":{"p2":null}}` makes `p1` an empty object
 * (docs/protocol/protocol.md §4.5).
 */
export function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const changes = new Map<string, Json | undefined>()
  for (const [key, value] of Object.entries(patch)) changes.set(key, mergeValue(property(target, key), value))
  return withProperties(target, changes)
}

function mergeValue(old: Json | undefined, value: Json): Json | undefined {
  if (value === null) return undefined
  return isObject(value) ? merge(isObject(old) ? old : {}, value) : value
}

/**
 * The desired patch that a device gets after a replacement: the new document, and `null` for every
 * key that no longer exists. IoT Hub does not compare values (docs/protocol/protocol.md §4.6).
 */
export function replacementPatch(old: JsonObject, next: JsonObject): JsonObject {
  const removed = Object.keys(old).filter((key) => !Object.hasOwn(next, key))
  const patch = new Map<string, Json>()
  for (const [key, value] of Object.entries(next)) {
    const before = property(old, key)
    patch.set(key, isObject(before) && isObject(value) ? replacementPatch(before, value) : value)
  }
  for (const key of removed) patch.set(key, null)
  return Object.fromEntries(patch)
}
