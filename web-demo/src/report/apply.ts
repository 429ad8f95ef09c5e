import type { JsonObject, JsonValue } from 'hubtwin'
import { isObject, own, textOf } from '../json-text.ts'

/** The patch that makes reported say what desired says. What the device reports besides stays as it is. */
export function patchToApply(desired: JsonObject, reported: JsonObject): JsonObject {
  const patch: [string, JsonValue][] = []
  for (const [key, wanted] of Object.entries(desired)) {
    const has = own(reported, key)
    if (isObject(wanted) && isObject(has)) {
      const inner = patchToApply(wanted, has)
      if (Object.keys(inner).length > 0) patch.push([key, inner])
    } else if (has === undefined || textOf(wanted) !== textOf(has)) patch.push([key, wanted])
  }
  return Object.fromEntries(patch)
}

/** What a desired patch deletes, as far as the device had reported it and desired has not got it back. */
export function deletionsIn(patch: JsonValue, desired: JsonObject, reported: JsonObject): JsonObject {
  const deletions: [string, JsonValue][] = []
  for (const [key, change] of Object.entries(isObject(patch) ? patch : {})) {
    const [wanted, has] = [own(desired, key), own(reported, key)]
    if (change === null && has !== undefined && wanted === undefined) deletions.push([key, null])
    if (isObject(change) && isObject(has)) {
      const inner = deletionsIn(change, isObject(wanted) ? wanted : {}, has)
      if (Object.keys(inner).length > 0) deletions.push([key, inner])
    }
  }
  return Object.fromEntries(deletions)
}

/** Two patches in one; a key that both have goes to the second, unless both are objects. */
export function joinPatches(first: JsonObject, second: JsonObject): JsonObject {
  const joined = new Map(Object.entries(first))
  for (const [key, change] of Object.entries(second)) {
    const before = joined.get(key)
    joined.set(key, isObject(before) && isObject(change) ? joinPatches(before, change) : change)
  }
  return Object.fromEntries(joined)
}
