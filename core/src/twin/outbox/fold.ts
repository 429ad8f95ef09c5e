import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.ts'
import { MAX_SECTION_SIZE, sizeOf } from '../../protocol/limits.ts'

/** Folds patches into a single patch. The time is linear in their size, not in the size of the fold. */
export interface Fold {
  /**
   * @returns `false` when the fold stays as it is, because a merge patch cannot express both or
   * because the result is larger than the hub accepts
   */
  add(patch: JsonObject): boolean
  /** As `sizeOf` counts. */
  readonly size: number
  readonly patch: JsonObject
}

/** The objects of a fold, as far as a later patch has changed them. */
type Tree = Map<string, JsonValue | Tree>

export function createFold(first: JsonObject): Fold {
  const tree = treeOf(first)
  let size = sizeOf(first)

  return {
    add(patch) {
      const growth = measure(tree, patch)
      if (growth === undefined || size + growth > MAX_SECTION_SIZE) return false
      merge(tree, patch)
      size += growth
      return true
    },
    get size() {
      return size
    },
    get patch() {
      return jsonOf(tree) as JsonObject
    },
  }
}

/**
 * @returns by how much the patch changes the size; `undefined` when it sets an object at a key where
 * the fold has `null`, a scalar or an array. A merge patch cannot say "replace by this object".
 */
function measure(tree: Tree, patch: JsonObject): number | undefined {
  let growth = 0
  for (const [key, change] of Object.entries(patch)) {
    const before = tree.get(key)
    if (before === undefined) growth += sizeOf({ [key]: change })
    else if (!isJsonObject(change)) growth += sizeOf(change) - sizeOf(jsonOf(before))
    else {
      const below = subtree(tree, key, before)
      const inner = below && measure(below, change)
      if (inner === undefined) return undefined
      growth += inner
    }
  }
  return growth
}

/** Expects that `measure` has returned a number. */
function merge(tree: Tree, patch: JsonObject): void {
  for (const [key, change] of Object.entries(patch)) {
    const before = tree.get(key)
    if (before instanceof Map && isJsonObject(change)) merge(before, change)
    else tree.set(key, change)
  }
}

function subtree(tree: Tree, key: string, value: JsonValue | Tree): Tree | undefined {
  if (value instanceof Map) return value
  if (!isJsonObject(value)) return undefined
  const below = treeOf(value)
  tree.set(key, below)
  return below
}

function treeOf(object: JsonObject): Tree {
  return new Map(Object.entries(object))
}

function jsonOf(value: JsonValue | Tree): JsonValue {
  if (!(value instanceof Map)) return value
  // fromEntries defines `__proto__` as data, where an assignment would call its setter.
  return Object.freeze(Object.fromEntries([...value].map(([key, item]) => [key, jsonOf(item)])))
}
