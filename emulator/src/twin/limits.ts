import type { Json, JsonObject } from '../formats/json.ts'
import { isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'

/** The limits of docs/protocol/protocol.md §4.8. Sizes are in the units of the documents: characters for text, 8 a number, 4 a boolean. */
const maximum = { section: 32 * 1024, tags: 8 * 1024, text: 4 * 1024, key: 1024, depth: 10 }
const integers = { least: -4503599627370496, most: 4503599627370495 }

/** JSON.stringify writes such numbers with an exponent (ECMAScript: Number::toString), so they are doubles to the hub and not integers. */
const leastDouble = 1e21

export type SectionName = 'tags' | 'desired' | 'reported'

/**
 * C0 and C1 control characters, full stop, dollar and space are documented. The service also lists `#` when it refuses a key (azure-iot-sdk-java#243,
 * azure-docs#8869). Edge Hub refuses all other white space as well; neither the documents nor the service's messages do.
 */
// oxlint-disable-next-line no-control-regex -- the rule is about control characters
const illegalInKey = /[\u0000-\u001f\u007f-\u009f.$# ]/

/** The documents leave control characters out of the count of a size. */
// oxlint-disable-next-line no-control-regex -- the rule is about control characters
const controls = /[\u0000-\u001f\u007f-\u009f]/g
const isControl = new RegExp(controls.source)

/** Refuses a patch or a whole section that could be no part of a twin, whatever the twin holds already. */
export function checkValues(section: SectionName, patch: JsonObject): void {
  checkProperties(patch, { path: section, depth: 0, inArray: false })
}

interface Place {
  readonly path: string
  readonly depth: number
  readonly inArray: boolean
}

function checkProperties(object: JsonObject, { path, depth, inArray }: Place): void {
  for (const [key, value] of Object.entries(object)) {
    const place = { path: `${path}.${key}`, depth: depth + 1, inArray }
    checkKey(key, place.path)
    checkValue(value, place)
  }
}

function checkKey(key: string, path: string): void {
  if (illegalInKey.test(key)) {
    throw refused(`${shown(path)}: a key must not contain control characters, '.', '$', '#' or a space`)
  }
  if (key === '' || Buffer.byteLength(key) > maximum.key)
    throw refused(`${shown(path)}: a key must have 1 to 1024 bytes`)
}

function checkValue(value: Json, { path, depth, inArray }: Place): void {
  // The documents count objects; Edge Hub counts arrays as a level too, which also keeps every walk of a twin shallow.
  if (typeof value === 'object' && value !== null && depth > maximum.depth) {
    throw refused(`${shown(path)}: must not be nested deeper than ${maximum.depth} levels`)
  }
  if (typeof value === 'string' && Buffer.byteLength(value) > maximum.text) {
    throw refused(`${shown(path)}: a text must not exceed ${maximum.text} bytes`)
  }
  if (typeof value === 'number') checkNumber(value, path)
  // Nothing says what the real hub does with null inside an array; Edge Hub refuses it, since it can delete nothing there.
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
  if (!Number.isInteger(value) || Math.abs(value) >= leastDouble) return
  if (value < integers.least || value > integers.most) {
    throw refused(`${shown(path)}: an integer must lie between -4503599627370496 and 4503599627370495`)
  }
}

/** Refuses a section that an update has grown past its limit; one that was too large already may still shrink. */
export function checkSize(section: SectionName, old: JsonObject, next: JsonObject): void {
  const limit = section === 'tags' ? maximum.tags : maximum.section
  const size = sizeOf(next)
  if (size > limit && size > sizeOf(old)) throw refused(`${section} must not exceed ${limit} bytes: would be ${size}`)
}

/** Documented for keys, texts, numbers, booleans and objects; an array counts its items, as an object does without its keys. */
export function sizeOf(value: Json): number {
  if (typeof value === 'string') return lengthOf(value)
  if (typeof value === 'number') return 8
  if (typeof value === 'boolean') return 4
  if (value === null) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + sizeOf(item), 0)
  return Object.entries(value).reduce((sum, [key, item]) => sum + lengthOf(key) + sizeOf(item), 0)
}

function lengthOf(text: string): number {
  return isControl.test(text) ? text.replaceAll(controls, '').length : text.length
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}
