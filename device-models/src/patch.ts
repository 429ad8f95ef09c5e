import type { JsonObject, JsonValue } from 'hubtwin'
import { isObject, own } from './json.ts'

/** Returns the JSON merge patch that turns `current` into `target`. Deletes every other key. */
export function patchTo(target: JsonObject, current: JsonObject): JsonObject {
  const changes = Object.entries(target).flatMap(([key, value]): [string, JsonValue][] => {
    const before = own(current, key)
    if (isObject(value) && isObject(before)) {
      const inner = patchTo(value, before)
      return Object.keys(inner).length > 0 ? [[key, inner]] : []
    }
    return isEqual(value, before) ? [] : [[key, value]]
  })
  const deletions = Object.keys(current).flatMap((key): [string, null][] =>
    Object.hasOwn(target, key) ? [] : [[key, null]],
  )
  return Object.fromEntries([...changes, ...deletions])
}

/**
 * Returns the patch of `reported` that turns its part `key` into `target`.
 *
 * @param keys the keys of the part that belong to the caller @default all
 */
export function patchOfPart(
  key: string,
  target: JsonObject,
  reported: JsonObject,
  keys?: readonly string[],
): JsonObject {
  const current = own(reported, key)
  if (!isObject(current)) return { [key]: target }
  const ours = Object.entries(current).filter(([name]) => keys?.includes(name) ?? true)
  const patch = patchTo(target, Object.fromEntries(ours))
  return Object.keys(patch).length === 0 ? {} : { [key]: patch }
}

/** Compares values whose keys have a fixed order: the models report nothing else. */
function isEqual(a: JsonValue, b: JsonValue | undefined): boolean {
  return a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b))
}
