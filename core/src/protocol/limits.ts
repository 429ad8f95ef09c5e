import { copyJson, createWalk, patchError, quoteKey, type Walk } from './copy-json.ts'
import { isJsonObject, type JsonObject, type JsonValue, typeName } from './json.ts'
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
 * The documents do not mention `#`, but the service rejects it: azure-iot-sdk-java#243
 * (azure-docs#8869) quotes its message.
 */
const FORBIDDEN_IN_KEY = /[\u0000-\u001f\u007f-\u009f.$# ]/

/**
 * Checks a patch of reported properties the way `report()` does, and sends nothing.
 *
 * @throws TypeError for a value that JSON drops, changes, or rejects; its `path` locates the value
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
 * Copies, freezes, and checks a reported patch from the app, from a storage, or from another tab.
 *
 * @param name the name of the patch in messages
 * @throws TypeError for a value that JSON drops, changes, or rejects, with its `path`
 * @throws RangeError for a value beyond a limit of the hub, with its `path`
 */
export function copyReportedPatch(value: unknown, name: string = 'patch'): JsonObject {
  const walk = createWalk(name)
  const patch = copyJson(value, walk, checkPart)
  if (!isJsonObject(patch)) throw patchError(TypeError, walk, `is ${typeName(patch)}, not an object`)
  const size = sizeOf(patch)
  if (size <= MAX_SECTION_SIZE) return patch
  throw patchError(RangeError, walk, `has a size of ${size}; the limit of reported properties is ${MAX_SECTION_SIZE}`)
}

function checkPart(part: string | number | object, walk: Walk): void {
  if (typeof part === 'string') checkLength(part, walk, 'is a string', MAX_STRING_LENGTH)
  else if (typeof part === 'number') checkNumber(part, walk)
  else if (!Array.isArray(part)) checkKeysAndDepth(part, walk)
}

function checkNumber(value: number, walk: Walk): void {
  if (!Number.isInteger(value) || Math.abs(value) >= MIN_DOUBLE) return
  if (value >= MIN_INTEGER && value <= MAX_INTEGER) return
  throw patchError(RangeError, walk, `is ${value}; the hub accepts integers from ${MIN_INTEGER} to ${MAX_INTEGER}`)
}

function checkKeysAndDepth(object: object, walk: Walk): void {
  for (const key of Object.keys(object)) checkKey(key, walk)
  const depth = walk.above.filter((item) => !Array.isArray(item)).length
  if (depth <= MAX_OBJECT_DEPTH) return
  throw patchError(RangeError, walk, `is an object ${depth} levels deep; the limit is ${MAX_OBJECT_DEPTH}`)
}

function checkKey(key: string, walk: Walk): void {
  if (key === '') throw patchError(RangeError, walk, 'has an empty key', [key])
  const [forbidden] = FORBIDDEN_IN_KEY.exec(key) ?? []
  if (forbidden) {
    throw patchError(
      RangeError,
      walk,
      `has the key ${quoteKey(key)} with the character ${JSON.stringify(forbidden)}; ` +
        "the hub accepts no control character, '.', '$', '#' or space in a key",
      [key],
    )
  }
  checkLength(key, walk, 'has a key', MAX_KEY_LENGTH, [key])
}

function checkLength(text: string, walk: Walk, subject: string, maxBytes: number, key?: readonly [string]): void {
  // A UTF-16 unit takes at most three bytes, so a short string needs no counting.
  if (text.length * 3 <= maxBytes) return
  const { length } = encodeText(text)
  if (length <= maxBytes) return
  throw patchError(RangeError, walk, `${subject} of ${length} bytes; the limit is ${maxBytes}`, key)
}

/**
 * The size of a section as the hub's documents count it. Keys and strings count their characters
 * without control characters, a number counts 8, a boolean 4, and an object its content. The
 * documents do not mention arrays and `null`: here, an array counts its content, and `null`
 * nothing.
 */
export function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return countCharacters(value)
  if (typeof value === 'number') return 8
  if (typeof value === 'boolean') return 4
  return Object.entries(value ?? {}).reduce(
    (sum, [key, item]) => sum + (Array.isArray(value) ? 0 : countCharacters(key)) + sizeOf(item),
    0,
  )
}

function countCharacters(text: string): number {
  // Two UTF-16 units make a character above U+FFFF.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]|[\ud800-\udbff](?=[\udc00-\udfff])/g, '').length
}
