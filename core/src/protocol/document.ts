import { isJsonObject, type JsonObject, type JsonValue, ownValue, typeName } from './json.ts'

/** The versions of both sections. The hub counts each section separately, from 1. */
export interface TwinVersions {
  readonly desired: number
  readonly reported: number
}

/**
 * A whole twin as a device sees it: without tags, metadata and `$`-keys.
 *
 * @typeParam Desired the desired properties
 * @typeParam Reported the reported properties
 * @example
 * ```ts
 * import { openTwin, type TwinDocument, type TwinVersions } from 'hubtwin'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * const { desired, reported, versions }: TwinDocument = await twin.ready()
 * const atStart: TwinVersions = versions
 * console.log(desired, reported, atStart.desired)
 * ```
 */
export interface TwinDocument<Desired = JsonObject, Reported = JsonObject> {
  readonly desired: Desired
  readonly reported: Reported
  readonly versions: TwinVersions
}

/** A patch of the desired properties: the merge patch from the version before to this version. */
export interface DesiredPatch {
  readonly version: number
  /** Without `$`-keys. */
  readonly properties: JsonObject
}

/**
 * Merges as the hub does: objects key by key, `null` deletes, arrays and scalars replace the old
 * value. Changes the objects of the target in place, except that it copies frozen ones. So a frozen
 * target stays as it is, and the result shares every unchanged value with it.
 *
 * A `null` for a missing key creates nothing, but `{ a: { b: null } }` without an `a` creates an
 * empty `a` (docs/protocol/protocol.md §4.5).
 */
export function applyPatch(target: JsonObject, patch: JsonObject): JsonObject {
  return mergeInto(target, patch, (before, change) => {
    if (change === null) return undefined
    return isJsonObject(change) ? applyPatch(isJsonObject(before) ? before : {}, change) : change
  })
}

/**
 * Sets a value for each key of a patch, in the target or in a copy of a frozen target.
 *
 * @param valueOf returns `undefined` to delete the key
 */
export function mergeInto(
  target: JsonObject,
  patch: JsonObject,
  valueOf: (before: JsonValue | undefined, change: JsonValue) => JsonValue | undefined,
): JsonObject {
  const merged: { [key: string]: JsonValue } = Object.isFrozen(target) ? { ...target } : target
  for (const [key, change] of Object.entries(patch)) {
    const value = valueOf(ownValue(merged, key), change)
    if (value === undefined) delete merged[key]
    // An assignment to `__proto__` would call its setter.
    else if (key === '__proto__')
      Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true })
    else merged[key] = value
  }
  return merged
}

/** The merge patch that takes back `patch`: `applyPatch` of both leads to the target again. */
export function inversePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const inverse = Object.entries(patch).map(([key, change]) => {
    const before = ownValue(target, key)
    return [key, isJsonObject(before) && isJsonObject(change) ? inversePatch(before, change) : (before ?? null)]
  })
  // fromEntries defines `__proto__` as data, where an assignment would call its setter.
  return Object.fromEntries(inverse) as JsonObject
}

/** The merge patch from `from` to `to`: `applyPatch(from, difference(from, to))` equals `to`. */
export function difference(from: JsonObject, to: JsonObject): JsonObject {
  const patch = new Map<string, JsonValue>()
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch.set(key, null)
  for (const [key, after] of Object.entries(to)) {
    const before = ownValue(from, key)
    if (isEqual(before, after)) continue
    patch.set(key, isJsonObject(before) && isJsonObject(after) ? difference(before, after) : after)
  }
  return Object.freeze(Object.fromEntries(patch))
}

function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
}

/** The keys of an array are its indices. */
function isContainer(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null
}

/** Keys from the root down. The empty path leads to the section itself. */
export type Path = readonly string[]

/**
 * @param text keys joined by dots, `''` for the whole section; a key holds no dot
 *   (docs/protocol/protocol.md §4.8)
 * @throws SyntaxError when a key is empty
 */
export function parsePath(text: string): Path {
  if (typeof text !== 'string') throw new TypeError(`Path is ${typeName(text)}, not a string`)
  if (text === '') return []
  const path = text.split('.')
  if (path.includes('')) throw new SyntaxError(`Path "${text}" has an empty key; write keys joined by single dots`)
  return path
}

/** The value at a path, or `undefined`. A path does not lead into an array. */
export function valueAt(object: JsonObject, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (value, key) => (isJsonObject(value) ? ownValue(value, key) : undefined),
    object,
  )
}

/**
 * The part of a patch at a path.
 *
 * @returns `null` where the patch deletes or replaces a value above the path, `undefined` where
 *   it does not touch the path
 */
export function patchAt(patch: JsonObject, path: Path): JsonValue | undefined {
  let change: JsonValue = patch
  for (const key of path) {
    if (!isJsonObject(change)) return null
    const below = ownValue(change, key)
    if (below === undefined) return undefined
    change = below
  }
  return change
}
