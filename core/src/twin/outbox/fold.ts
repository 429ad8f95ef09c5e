import { mergeInto } from '../../protocol/document.ts'
import { isJsonObject, type JsonObject, ownValue } from '../../protocol/json.ts'

/**
 * Folds a patch into an earlier patch: the result has the effect of both, in order. Like
 * `applyPatch`, changes the objects of `earlier` in place, except that it copies frozen ones. So a
 * row of folds takes time linear in the size of the later patches.
 *
 * @returns `undefined`, and changes nothing, when `later` sets an object at a key where `earlier`
 * has `null`, a scalar or an array. A merge patch cannot say "replace by this object".
 */
export function foldPatch(earlier: JsonObject, later: JsonObject): JsonObject | undefined {
  return canFold(earlier, later) ? fold(earlier, later) : undefined
}

function canFold(earlier: JsonObject, later: JsonObject): boolean {
  return Object.entries(later).every(([key, change]) => {
    const before = ownValue(earlier, key)
    return before === undefined || !isJsonObject(change) || (isJsonObject(before) && canFold(before, change))
  })
}

function fold(earlier: JsonObject, later: JsonObject): JsonObject {
  return mergeInto(earlier, later, (before, change) =>
    isJsonObject(before) && isJsonObject(change) ? fold(before, change) : change,
  )
}
