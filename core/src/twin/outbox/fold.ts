import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.ts'

/**
 * Folds patches into a single patch. The time is linear in their size, not in the size of the fold.
 */
export interface Fold {
  /**
   * @returns `false` when the fold stays as it is: the patch sets an object at a key where the fold
   * has `null`, a scalar or an array. A merge patch cannot say "replace by this object".
   */
  add(patch: JsonObject): boolean
  patch(): JsonObject
}

/** The objects of a fold, as far as a later patch has changed them. */
type Tree = Map<string, JsonValue | Tree>

export function createFold(first: JsonObject): Fold {
  const tree = treeOf(first)
  return {
    add(patch) {
      const canFold = fits(tree, patch)
      if (canFold) merge(tree, patch)
      return canFold
    },
    patch: () => jsonOf(tree) as JsonObject,
  }
}

function fits(tree: Tree, patch: JsonObject): boolean {
  return Object.entries(patch).every(([key, change]) => {
    const before = tree.get(key)
    if (before === undefined || !isJsonObject(change)) return true
    if (before instanceof Map) return fits(before, change)
    if (!isJsonObject(before)) return false
    const below = treeOf(before)
    tree.set(key, below)
    return fits(below, change)
  })
}

/** Expects that `fits` has returned `true`. */
function merge(tree: Tree, patch: JsonObject): void {
  for (const [key, change] of Object.entries(patch)) {
    const before = tree.get(key)
    if (before instanceof Map && isJsonObject(change)) merge(before, change)
    else tree.set(key, change)
  }
}

function treeOf(object: JsonObject): Tree {
  return new Map(Object.entries(object))
}

function jsonOf(value: JsonValue | Tree): JsonValue {
  if (!(value instanceof Map)) return value
  // fromEntries defines `__proto__` as data, where an assignment would call its setter.
  return Object.freeze(Object.fromEntries([...value].map(([key, item]) => [key, jsonOf(item)])))
}
