import type { Json, JsonObject } from '../formats/json.ts'
import { isObject, property, withProperties } from '../formats/json.ts'

/** When, and for desired properties by which version, something was last touched (docs/protocol/protocol.md §6.4). */
export interface Mark {
  readonly at: string
  readonly version?: number
}

/**
 * The metadata of a section after a patch. It mirrors the tree at every level; what the patch names, and every level above it, gets the new
 * mark, so a removal stays visible at its parent. Nothing says whether arrays have metadata for their items (docs/protocol/protocol.md §6.4: not
 * found), so the mark stands at the array's own key.
 */
export function patchMetadata(old: JsonObject, patch: JsonObject, mark: Mark): JsonObject {
  return patched(old, patch, marked(mark))
}

/** @param own what stands at each place that is touched: one object for all, as a hub holds many twins */
function patched(old: JsonObject, patch: JsonObject, own: JsonObject): JsonObject {
  const changes = new Map<string, Json | undefined>(Object.entries(own))
  for (const [key, value] of Object.entries(patch)) {
    changes.set(key, value === null ? undefined : metadataOf(property(old, key), value, own))
  }
  return withProperties(old, changes)
}

function metadataOf(old: Json | undefined, value: Json, own: JsonObject): Json {
  return isObject(value) ? patched(isObject(old) ? old : {}, value, own) : own
}

/** Metadata of a section that is new or was replaced as a whole. */
export function newMetadata(value: JsonObject, mark: Mark): JsonObject {
  return patchMetadata({}, value, mark)
}

function marked({ at, version }: Mark): JsonObject {
  return version === undefined ? { $lastUpdated: at } : { $lastUpdated: at, $lastUpdatedVersion: version }
}
