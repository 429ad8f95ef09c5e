import type { Json, JsonObject } from '../formats/json.ts'
import { isObject, property, withProperties } from '../formats/json.ts'

/**
 * Merges a patch into a section of a twin: objects merge, `null` deletes, scalars and arrays replace whole. A `null` for a key that does
 * not exist changes nothing, but an object around it is created: `{"p1":{"p2":null}}` makes `p1` an empty object (docs/protocol/protocol.md §4.5).
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
 * What a device is told when its desired properties were replaced: the new document, and `null` for every key that vanished. Existence is
 * compared, values are not (docs/protocol/protocol.md §4.6).
 */
export function replacementPatch(old: JsonObject, next: JsonObject): JsonObject {
  const vanished = Object.keys(old).filter((key) => !Object.hasOwn(next, key))
  const patch = new Map<string, Json>()
  for (const [key, value] of Object.entries(next)) {
    const before = property(old, key)
    patch.set(key, isObject(before) && isObject(value) ? replacementPatch(before, value) : value)
  }
  for (const key of vanished) patch.set(key, null)
  return Object.fromEntries(patch)
}
