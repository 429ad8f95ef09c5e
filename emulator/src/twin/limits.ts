import { type Json, type JsonObject, isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * The limits of docs/protocol/protocol.md §4.8, in the units of that section: a character of text
 * counts 1, a number 8, and a boolean 4.
 */
const MAXIMUM = { section: 32 * 1024, tags: 8 * 1024, text: 4 * 1024, key: 1024, depth: 10 }
const INTEGERS = { least: -4503599627370496, most: 4503599627370495 }

/**
 * From here on, JSON.stringify writes a number with an exponent (ECMAScript: Number::toString). The
 * hub reads such a number as a double, not as an integer.
 */
const LEAST_DOUBLE = 1e21

export type SectionName = 'tags' | 'desired' | 'reported'

/**
 * The documents forbid C0 and C1 control characters, full stop, dollar, and space. The service also
 * lists `#` when it refuses a key (azure-iot-sdk-java#243, azure-docs#8869). Only Edge Hub refuses
 * all other white space too.
 */
// oxlint-disable-next-line no-control-regex -- the rule is about control characters
const ILLEGAL_IN_KEY = /[\u0000-\u001f\u007f-\u009f.$# ]/

/** Control characters do not count toward a size, according to the documents. */
// oxlint-disable-next-line no-control-regex -- the rule is about control characters
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g

/**
 * Refuses a patch or section with a value that no twin may have. The present twin does not matter.
 */
export function checkValues(section: SectionName, patch: JsonObject): void {
  checkProperties(patch, { path: section, depth: 0, inArray: false })
}

interface Location {
  readonly path: string
  readonly depth: number
  readonly inArray: boolean
}

function checkProperties(object: JsonObject, { path, depth, inArray }: Location): void {
  for (const [key, value] of Object.entries(object)) {
    const location = { path: `${path}.${key}`, depth: depth + 1, inArray }
    checkKey(key, location.path)
    checkValue(value, location)
  }
}

function checkKey(key: string, path: string): void {
  if (ILLEGAL_IN_KEY.test(key)) {
    throw refused(`${shown(path)}: a key must not contain control characters, '.', '$', '#', or a space`)
  }
  if (key === '' || Buffer.byteLength(key) > MAXIMUM.key)
    throw refused(`${shown(path)}: a key must have 1 to 1024 bytes`)
}

function checkValue(value: Json, { path, depth, inArray }: Location): void {
  // The documents count objects. Edge Hub also counts arrays, which bounds every recursion over a
  // twin.
  if (typeof value === 'object' && value !== null && depth > MAXIMUM.depth) {
    throw refused(`${shown(path)}: must not be nested deeper than ${MAXIMUM.depth} levels`)
  }
  if (typeof value === 'string' && Buffer.byteLength(value) > MAXIMUM.text) {
    throw refused(`${shown(path)}: a string must not exceed ${MAXIMUM.text} bytes`)
  }
  if (typeof value === 'number') checkNumber(value, path)
  // No source describes null inside an array for IoT Hub. Edge Hub refuses it: there is no key to
  // delete.
  if (value === null && inArray) throw refused(`${shown(path)}: null is not allowed inside an array`)
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries())
      checkValue(item, { path: `${path}[${at}]`, depth: depth + 1, inArray: true })
  } else if (isObject(value)) {
    checkProperties(value, { path, depth, inArray })
  }
}

function checkNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw refused(`${shown(path)}: must be a finite number`)
  if (!Number.isInteger(value) || Math.abs(value) >= LEAST_DOUBLE) return
  if (value < INTEGERS.least || value > INTEGERS.most) {
    throw refused(`${shown(path)}: an integer must lie between -4503599627370496 and 4503599627370495`)
  }
}

/**
 * Refuses an update that grows a section beyond its limit. A section beyond its limit may still
 * shrink.
 */
export function checkSize(section: SectionName, old: JsonObject, next: JsonObject): void {
  const limit = section === 'tags' ? MAXIMUM.tags : MAXIMUM.section
  const size = sizeOf(next)
  if (size > limit && size > sizeOf(old)) throw refused(`${section} must not exceed ${limit} bytes: would be ${size}`)
}

/**
 * The size of a value. The documents define it for keys, texts, numbers, booleans, and objects. An
 * array counts its items here.
 */
export function sizeOf(value: Json): number {
  if (typeof value === 'string') return lengthOf(value)
  if (typeof value === 'number') return 8
  if (typeof value === 'boolean') return 4
  if (value === null) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + sizeOf(item), 0)
  return Object.entries(value).reduce((sum, [key, item]) => sum + lengthOf(key) + sizeOf(item), 0)
}

function lengthOf(text: string): number {
  return text.replaceAll(CONTROLS, '').length
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}
