import { copyJson, isJsonObject, type JsonObject, type JsonValue, typeName } from './json.ts'

/** desired and reported, each, as `sizeOf` counts (IoT Hub: "Understand and use device twins"; docs/protocol/protocol.md §4.8) */
export const MAX_SECTION_SIZE: number = 32 * 1024
/** UTF-8 bytes */
const MAX_KEY_LENGTH = 1024
/** UTF-8 bytes; the documents say 4 KB and not of what, bytes being the stricter reading */
const MAX_STRING_LENGTH = 4 * 1024
/** objects below `reported` */
const MAX_DEPTH = 10
const MIN_INTEGER = -(2 ** 52)
const MAX_INTEGER = 2 ** 52 - 1
/** JSON.stringify writes such numbers with an exponent (ECMAScript: Number::toString), so they are doubles to the hub and not integers. */
const MIN_DOUBLE = 1e21

/** The documents leave out `#`, and the service rejects it: its message is in azure-iot-sdk-java#243 (azure-docs#8869). */
const FORBIDDEN_IN_KEY = /[\u0000-\u001f\u007f-\u009f.$# ]/

/**
 * Copies and checks a reported patch, whoever gives it: the app, a storage or another tab.
 *
 * @param at how an error names the patch
 * @throws TypeError names the path of a value that JSON cannot carry unchanged
 * @throws RangeError names the path and the limit of the hub
 */
export function copyReportedPatch(value: unknown, at: string = 'patch'): JsonObject {
  const patch = copyJson(value, at)
  if (!isJsonObject(patch)) throw new TypeError(`${at} is ${typeName(patch)}, not an object`)
  checkLimits(patch, at)
  return patch
}

/**
 * Checks a reported patch before it is sent, so that the error names the path and not just "400".
 *
 * @throws RangeError names the path, what was found and the limit.
 */
export function checkLimits(patch: JsonObject, at: string = 'patch'): void {
  checkObject(patch, at, 0)
  const size = sizeOf(patch)
  if (size > MAX_SECTION_SIZE) {
    throw new RangeError(
      `${at} has a size of ${size}; the hub takes at most ${MAX_SECTION_SIZE} of reported properties`,
    )
  }
}

function checkObject(object: JsonObject, at: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError(`${at} is an object ${depth} levels deep; the hub takes ${MAX_DEPTH}`)
  for (const [key, value] of Object.entries(object)) {
    checkKey(key, at)
    checkValue(value, `${at}.${key}`, depth)
  }
}

function checkKey(key: string, at: string): void {
  if (key === '') throw new RangeError(`${at} has an empty key`)
  const forbidden = FORBIDDEN_IN_KEY.exec(key)
  if (forbidden !== null) {
    throw new RangeError(
      `${at} has the key ${JSON.stringify(shorten(key))} with the character ${JSON.stringify(forbidden[0])}; ` +
        "the hub accepts no control character, '.', '$', '#' or space in a key",
    )
  }
  const length = utf8Length(key)
  if (length > MAX_KEY_LENGTH) {
    throw new RangeError(`${at} has a key of ${length} bytes ("${shorten(key)}"); the hub takes ${MAX_KEY_LENGTH}`)
  }
}

function checkValue(value: JsonValue, at: string, depth: number): void {
  if (typeof value === 'string') {
    const length = utf8Length(value)
    if (length > MAX_STRING_LENGTH) {
      throw new RangeError(`${at} is a string of ${length} bytes; the hub takes ${MAX_STRING_LENGTH}`)
    }
  } else if (typeof value === 'number') {
    const isInteger = Number.isInteger(value) && Math.abs(value) < MIN_DOUBLE
    if (isInteger && (value < MIN_INTEGER || value > MAX_INTEGER)) {
      throw new RangeError(`${at} is ${value}; the hub takes integers from ${MIN_INTEGER} to ${MAX_INTEGER}`)
    }
  } else if (isJsonObject(value)) checkObject(value, at, depth + 1)
  else if (Array.isArray(value)) {
    ;(value as readonly JsonValue[]).forEach((item, index) => checkValue(item, `${at}[${index}]`, depth))
  }
}

/**
 * The size of a section as the hub's documents count it: keys and strings by characters without control characters, a
 * number 8, a boolean 4, objects by what they hold. An array counts what it holds and `null` nothing: the documents are silent on both.
 */
export function sizeOf(value: JsonValue): number {
  switch (typeof value) {
    case 'string':
      return countCharacters(value)
    case 'number':
      return 8
    case 'boolean':
      return 4
    default:
      if (value === null) return 0
      if (Array.isArray(value))
        return (value as readonly JsonValue[]).reduce<number>((sum, item) => sum + sizeOf(item), 0)
      return Object.entries(value).reduce((sum, [key, item]) => sum + countCharacters(key) + sizeOf(item), 0)
  }
}

function countCharacters(text: string): number {
  let count = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code > 0x9f || (code > 0x1f && code < 0x7f)) count++
  }
  return count
}

/** Without TextEncoder, which is not part of the language. */
function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

function shorten(key: string): string {
  return key.length > 40 ? `${key.slice(0, 40)}…` : key
}
