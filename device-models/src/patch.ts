import type { JsonObject, JsonValue } from 'hubtwin'
import { isObject, own } from './json.ts'

/** The merge patch that makes of `has` what `wanted` is, whole: what is not wanted goes. */
export function patchTo(wanted: JsonObject, has: JsonObject): JsonObject {
  const changes = Object.entries(wanted).flatMap(([key, value]): [string, JsonValue][] => {
    const before = own(has, key)
    if (isObject(value) && isObject(before)) {
      const inner = patchTo(value, before)
      return Object.keys(inner).length > 0 ? [[key, inner]] : []
    }
    return isEqual(value, before) ? [] : [[key, value]]
  })
  const deletions = Object.keys(has).flatMap((key): [string, null][] =>
    Object.hasOwn(wanted, key) ? [] : [[key, null]],
  )
  return Object.fromEntries([...changes, ...deletions])
}

/**
 * The same for one key of reported, as a patch of reported.
 *
 * @param keys which keys below it are ours, where not all of them are
 */
export function patchOfPart(
  key: string,
  wanted: JsonObject,
  reported: JsonObject,
  keys?: readonly string[],
): JsonObject {
  const has = own(reported, key)
  if (!isObject(has)) return { [key]: wanted }
  const ours = Object.entries(has).filter(([name]) => keys?.includes(name) ?? true)
  const patch = patchTo(wanted, Object.fromEntries(ours))
  return Object.keys(patch).length === 0 ? {} : { [key]: patch }
}

/** Of scalars and of what has no order among its keys: the models report nothing else. */
function isEqual(a: JsonValue, b: JsonValue | undefined): boolean {
  return a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b))
}
