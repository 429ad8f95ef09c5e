import { type Json, type JsonObject, isObject, property, withProperties } from '../formats/json.ts'

/**
 * When a property was last updated, and by which version of desired
 * (docs/protocol/protocol.md §6.4).
 */
export interface LastUpdate {
  readonly at: string
  readonly version?: number
}

/**
 * The metadata of a section after a patch. It mirrors the section at every level. Each key of the
 * patch and each level above it gets the new time, so a removal stays visible at its parent.
 *
 * No source says whether array items have metadata (docs/protocol/protocol.md §6.4: not found), so
 * only the array's own key has it.
 */
export function patchMetadata(old: JsonObject, patch: JsonObject, update: LastUpdate): JsonObject {
  return patched(old, patch, stampOf(update))
}

/** @param stamp a single object for all keys, because a hub holds many twins */
function patched(old: JsonObject, patch: JsonObject, stamp: JsonObject): JsonObject {
  const changes = new Map<string, Json | undefined>(Object.entries(stamp))
  for (const [key, value] of Object.entries(patch)) {
    changes.set(key, value === null ? undefined : metadataOf(property(old, key), value, stamp))
  }
  return withProperties(old, changes)
}

function metadataOf(old: Json | undefined, value: Json, stamp: JsonObject): Json {
  return isObject(value) ? patched(isObject(old) ? old : {}, value, stamp) : stamp
}

/** The metadata of a new or replaced section. */
export function newMetadata(value: JsonObject, update: LastUpdate): JsonObject {
  return patchMetadata({}, value, update)
}

function stampOf({ at, version }: LastUpdate): JsonObject {
  return version === undefined ? { $lastUpdated: at } : { $lastUpdated: at, $lastUpdatedVersion: version }
}
