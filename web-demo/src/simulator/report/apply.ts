import type { JsonObject, JsonValue } from 'hubtwin/light'
import { isObject, own, textOf } from '../../shared/json-text.ts'
import { acknowledge, readAcknowledgement, reportedValue } from '../twin/acknowledgement.ts'

/**
 * The patch that makes reported say what desired says. What the device reports besides stays as it is.
 *
 * @param acknowledgeVersion with it, each value is reported as an acknowledgement of this desired version. A value is
 *   what is no object: which objects a model takes for one property, only the model knows.
 */
export function patchToApply(desired: JsonObject, reported: JsonObject, acknowledgeVersion?: number): JsonObject {
  const patch: [string, JsonValue][] = []
  for (const [key, wanted] of Object.entries(desired)) {
    const told = own(reported, key)
    const isAcknowledged = readAcknowledgement(told) !== undefined
    if (isObject(wanted)) {
      if (isObject(told) && !isAcknowledged) {
        const inner = patchToApply(wanted, told, acknowledgeVersion)
        if (Object.keys(inner).length > 0) patch.push([key, inner])
      } else if (!isAcknowledged || !isSame(wanted, told)) {
        patch.push([key, { ...without(told), ...patchToApply(wanted, {}, acknowledgeVersion) }])
      }
    } else if (acknowledgeVersion === undefined || key === COMPONENT) {
      if (!isSame(wanted, told)) patch.push([key, wanted])
    } else if (!isAcknowledged || !isSame(wanted, told)) {
      patch.push([key, { ...without(told), ...acknowledge(wanted, acknowledgeVersion) }])
    }
  }
  return Object.fromEntries(patch)
}

/** `"__t": "c"` marks a component, and is no property of its own (Plug and Play). */
const COMPONENT = '__t'

function isSame(wanted: JsonValue, told: JsonValue | undefined): boolean {
  const has = reportedValue(told)
  return has !== undefined && textOf(wanted) === textOf(has)
}

/** A merge patch goes into objects, so what was in one before has to be taken out. */
function without(told: JsonValue | undefined): JsonObject {
  return isObject(told) ? Object.fromEntries(Object.keys(told).map((key) => [key, null])) : {}
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
