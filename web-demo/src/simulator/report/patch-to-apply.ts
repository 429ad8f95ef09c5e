import type { JsonObject, JsonValue } from 'hubtwin/light'
import { isObject, ownValue, textOf } from '../../shared/json-value.ts'
import { acknowledge, readAcknowledgment, reportedValue } from '../twin/acknowledgment.ts'

/**
 * Makes the patch that copies desired into reported. Other reported properties stay.
 *
 * @param acknowledgeVersion if set, each value is reported as an acknowledgment of this desired
 *   version. Only values that are not objects are acknowledged, because only a model knows which
 *   objects are a single property.
 */
export function patchToApply(desired: JsonObject, reported: JsonObject, acknowledgeVersion?: number): JsonObject {
  const patch: [string, JsonValue][] = []
  for (const [key, target] of Object.entries(desired)) {
    const current = ownValue(reported, key)
    const isAcknowledged = readAcknowledgment(current) !== undefined
    if (isObject(target)) {
      if (isObject(current) && !isAcknowledged) {
        const inner = patchToApply(target, current, acknowledgeVersion)
        if (Object.keys(inner).length > 0) patch.push([key, inner])
      } else if (!isAcknowledged || !isSame(target, current)) {
        patch.push([key, { ...deleteKeys(current), ...patchToApply(target, {}, acknowledgeVersion) }])
      }
    } else if (acknowledgeVersion === undefined || key === COMPONENT) {
      if (!isSame(target, current)) patch.push([key, target])
    } else if (!isAcknowledged || !isSame(target, current)) {
      patch.push([key, { ...deleteKeys(current), ...acknowledge(target, acknowledgeVersion) }])
    }
  }
  return Object.fromEntries(patch)
}

/** `"__t": "c"` marks a component and is not a property (IoT Plug and Play conventions). */
const COMPONENT = '__t'

function isSame(target: JsonValue, current: JsonValue | undefined): boolean {
  const value = reportedValue(current)
  return value !== undefined && textOf(target) === textOf(value)
}

/** A merge patch merges objects, so the old keys need a `null`. */
function deleteKeys(current: JsonValue | undefined): JsonObject {
  return isObject(current) ? Object.fromEntries(Object.keys(current).map((key) => [key, null])) : {}
}

/**
 * The keys that a desired patch deletes, if the device reports them and desired still lacks them.
 */
export function deletionsIn(patch: JsonValue, desired: JsonObject, reported: JsonObject): JsonObject {
  const deletions: [string, JsonValue][] = []
  for (const [key, change] of Object.entries(isObject(patch) ? patch : {})) {
    const [target, current] = [ownValue(desired, key), ownValue(reported, key)]
    if (change === null && current !== undefined && target === undefined) deletions.push([key, null])
    if (isObject(change) && isObject(current)) {
      const inner = deletionsIn(change, isObject(target) ? target : {}, current)
      if (Object.keys(inner).length > 0) deletions.push([key, inner])
    }
  }
  return Object.fromEntries(deletions)
}

/** Merges two patches. If both have a key, the second wins, unless both values are objects. */
export function joinPatches(first: JsonObject, second: JsonObject): JsonObject {
  const joined = new Map(Object.entries(first))
  for (const [key, change] of Object.entries(second)) {
    const before = joined.get(key)
    joined.set(key, isObject(before) && isObject(change) ? joinPatches(before, change) : change)
  }
  return Object.fromEntries(joined)
}
