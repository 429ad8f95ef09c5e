import { isJsonObject, type JsonObject, type JsonValue, MAX_DEPTH, typeName } from './json.ts'
import { encodeText } from './mqtt-text.ts'

/**
 * The limit of desired and of reported properties, each, as `sizeOf` counts
 * (IoT Hub: "Understand and use device twins"; docs/protocol/protocol.md §4.8).
 */
export const MAX_SECTION_SIZE: number = 32 * 1024
/** UTF-8 bytes. */
const MAX_KEY_LENGTH = 1024
/** UTF-8 bytes. The documents say 4 KB without a unit; bytes are the stricter reading. */
const MAX_STRING_LENGTH = 4 * 1024
/** Levels of objects below `reported`. */
const MAX_OBJECT_DEPTH = 10
const MIN_INTEGER = -(2 ** 52)
const MAX_INTEGER = 2 ** 52 - 1
/**
 * From here on JSON.stringify writes an exponent (ECMAScript: Number::toString), so the hub reads a
 * double and not an integer.
 */
const MIN_DOUBLE = 1e21

/**
 * The documents leave out `#`, but the service rejects it: azure-iot-sdk-java#243 (azure-docs#8869)
 * quotes its message.
 */
const FORBIDDEN_IN_KEY = /[\u0000-\u001f\u007f-\u009f.$# ]/

/** The error for a bad patch. */
export type PatchError = (TypeError | RangeError) & {
  /**
   * The keys from the patch down to the bad value, array indices as decimal strings: `['a', '0']`.
   * For a bad key it ends with that key. It is empty when the problem is the patch as a whole.
   */
  readonly path: readonly string[]
}

/** The way from the patch to the value under check. */
interface Walk {
  /** The name of the patch in messages. */
  readonly name: string
  /** Keys and array indices. */
  readonly steps: (string | number)[]
  /** The objects and arrays that contain the value, the patch first. */
  readonly above: object[]
}

/**
 * Checks a patch of reported properties the way `report()` does, and sends nothing.
 *
 * @throws TypeError for a value that JSON drops, changes or refuses; its `path` locates the value
 * @throws RangeError for a value beyond a limit of the hub; its `path` locates the value
 * @example
 * ```ts
 * import { checkPatch, type PatchError } from 'hubtwin'
 *
 * try {
 *   checkPatch({ climate: { target: Number.NaN } })
 * } catch (error) {
 *   console.log((error as PatchError).path) // ["climate", "target"]
 * }
 * ```
 */
export function checkPatch(patch: unknown): void {
  copyReportedPatch(patch)
}

/**
 * Copies, freezes and checks a reported patch from the app, from a storage or from another tab.
 *
 * JSON carries the copy unchanged: `JSON.parse(JSON.stringify(patch))` equals it. `JSON.stringify`
 * drops `undefined`, symbols, hidden properties and the named properties of an array. It turns
 * `NaN` into `null`, a `Date` into a string and an instance of a class into a plain object. A
 * device that reports such a value would find another value in its twin, so each is an error. `-0`
 * becomes 0.
 *
 * @param name the name of the patch in messages
 * @throws TypeError for a value that JSON drops, changes or refuses, with its `path`
 * @throws RangeError for a value beyond a limit of the hub, with its `path`
 */
export function copyReportedPatch(value: unknown, name: string = 'patch'): JsonObject {
  const walk: Walk = { name, steps: [], above: [] }
  const patch = copyValue(value, walk)
  if (!isJsonObject(patch)) throw patchError(TypeError, walk, `is ${typeName(patch)}, not an object`)
  const size = sizeOf(patch)
  if (size <= MAX_SECTION_SIZE) return patch
  throw patchError(
    RangeError,
    walk,
    `has a size of ${size}; the hub takes at most ${MAX_SECTION_SIZE} of reported properties`,
  )
}

function copyValue(value: unknown, walk: Walk): JsonValue {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      checkText(value, walk, 'is a string', MAX_STRING_LENGTH)
      return value
    case 'number':
      return copyNumber(value, walk)
    case 'object':
      return value === null ? null : copyObject(value, walk)
    default:
      throw patchError(TypeError, walk, `is ${typeName(value)}; JSON cannot carry it`)
  }
}

function copyNumber(value: number, walk: Walk): number {
  if (!Number.isFinite(value)) throw patchError(TypeError, walk, `is ${value}; JSON has finite numbers only`)
  if (Number.isInteger(value) && Math.abs(value) < MIN_DOUBLE && (value < MIN_INTEGER || value > MAX_INTEGER)) {
    throw patchError(RangeError, walk, `is ${value}; the hub takes integers from ${MIN_INTEGER} to ${MAX_INTEGER}`)
  }
  // JSON.stringify(-0) is "0", and -0 + 0 is 0.
  return value + 0
}

function copyObject(value: object, walk: Walk): JsonValue {
  const { steps, above } = walk
  if (above.includes(value)) throw patchError(TypeError, walk, 'is a cycle')
  if (above.length > MAX_DEPTH) throw patchError(TypeError, walk, `is nested deeper than ${MAX_DEPTH} levels`)
  checkKeys(value, walk)
  const isArray = Array.isArray(value)
  if (!isArray && !isPlain(value)) throw patchError(TypeError, walk, `is ${instanceName(value)}, not a plain object`)
  const depth = isArray ? 0 : above.filter((item) => !Array.isArray(item)).length
  if (depth > MAX_OBJECT_DEPTH) {
    throw patchError(RangeError, walk, `is an object ${depth} levels deep; the hub takes ${MAX_OBJECT_DEPTH}`)
  }
  const copyBelow = (item: unknown, step: string | number): JsonValue => {
    steps.push(step)
    const copy = copyValue(item, walk)
    steps.pop()
    return copy
  }
  above.push(value)
  const copy = isArray
    ? // Array.from visits holes, which map() would skip.
      Array.from(value, copyBelow)
    : // fromEntries defines properties where assignment would call the setter of __proto__.
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyBelow(item, key)]))
  above.pop()
  return Object.freeze(copy)
}

function checkKeys(object: object, walk: Walk): void {
  const isArray = Array.isArray(object)
  for (const key of Reflect.ownKeys(object)) {
    if (isArray && (key === 'length' || /^\d+$/.test(String(key)))) continue
    const kind =
      typeof key === 'symbol'
        ? 'symbol key'
        : isArray
          ? 'named property'
          : Object.prototype.propertyIsEnumerable.call(object, key)
            ? undefined
            : 'hidden property'
    if (kind !== undefined) {
      throw patchError(TypeError, walk, `has the ${kind} ${shown(key)}; JSON would drop it`, [String(key)])
    }
    checkKey(key as string, walk)
  }
}

function checkKey(key: string, walk: Walk): void {
  if (key === '') throw patchError(RangeError, walk, 'has an empty key', [key])
  const [forbidden] = FORBIDDEN_IN_KEY.exec(key) ?? []
  if (forbidden !== undefined) {
    throw patchError(
      RangeError,
      walk,
      `has the key ${shown(key)} with the character ${JSON.stringify(forbidden)}; ` +
        "the hub accepts no control character, '.', '$', '#' or space in a key",
      [key],
    )
  }
  checkText(key, walk, 'has a key', MAX_KEY_LENGTH, [key])
}

/** JSON text travels as UTF-8, which has no code for half a surrogate pair (RFC 8259 §8.2). */
function checkText(text: string, walk: Walk, subject: string, maxBytes: number, key?: readonly [string]): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw patchError(TypeError, walk, `${subject} with half a surrogate pair; UTF-8 cannot carry it`, key)
  }
  // A UTF-16 unit takes at most three bytes, so a short text needs no counting.
  if (text.length * 3 <= maxBytes) return
  const { length } = encodeText(text)
  if (length > maxBytes) {
    throw patchError(RangeError, walk, `${subject} of ${length} bytes; the hub takes ${maxBytes}`, key)
  }
}

/** @param key the bad key of the object under check; without it, the value itself is bad */
function patchError(
  type: typeof TypeError | typeof RangeError,
  { name, steps }: Walk,
  problem: string,
  key: readonly string[] = [],
): PatchError {
  const at = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return Object.assign(new type(`${name}${at} ${problem}`), { path: [...steps.map(String), ...key] })
}

/**
 * An object of another realm (an iframe, a vm context) is plain too: its prototype has none above
 * it.
 */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  )
}

function instanceName(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } }
  return typeof constructor?.name === 'string' && constructor.name !== '' ? `a ${constructor.name}` : 'an instance'
}

function shown(key: string | symbol): string {
  const text = String(key)
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

/**
 * The size of a section as the hub's documents count it. Keys and strings count their characters
 * without control characters, a number counts 8, a boolean 4, and an object what it holds. The
 * documents are silent on arrays and `null`: an array counts what it holds and `null` nothing.
 */
export function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return countCharacters(value)
  if (typeof value === 'number') return 8
  if (typeof value === 'boolean') return 4
  if (value === null) return 0
  if (!isJsonObject(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 0)
  return Object.entries(value).reduce((sum, [key, item]) => sum + countCharacters(key) + sizeOf(item), 0)
}

function countCharacters(text: string): number {
  // Two UTF-16 units make one character above U+FFFF.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '').replace(/[\ud800-\udbff][\udc00-\udfff]/g, '_').length
}
