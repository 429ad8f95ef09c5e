/** What a twin may hold (IoT Hub: "Understand and use device twins", format of tags and properties). */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/**
 * Deeper than any twin: a hub allows ten levels of objects, arrays aside. Everything that walks a document does so
 * recursively, and this bound is what keeps a hostile message from exhausting the stack.
 */
const MAX_DEPTH = 64

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What an error calls a value that it did not want: "null", "an array", "a number". Never the value itself. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** The own property `key`, and never what a prototype would answer: `toString` and `__proto__` are data in a twin. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** @throws SyntaxError what is wrong with the text; it never repeats the text. */
export function parseJsonObject(text: string): JsonObject {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    throw new SyntaxError(`Body is not JSON (${text.length} characters)`)
  }
  if (!isJsonObject(value)) throw new SyntaxError(`Body is ${typeName(value)}, not an object`)
  if (isDeeperThan(value, MAX_DEPTH)) throw new SyntaxError(`Body is nested deeper than ${MAX_DEPTH} levels`)
  return value
}

/** By levels and not by recursion, as the depth is what is in doubt. */
function isDeeperThan(value: JsonValue, levels: number): boolean {
  let level: JsonValue[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

/** Freezes the value and all below it. */
export function freezeJson<T extends JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) freezeJson(item)
  }
  return value
}

/**
 * Copies and freezes a value that JSON carries unchanged: `JSON.parse(JSON.stringify(value))` equals the copy.
 *
 * `JSON.stringify` drops `undefined`, symbols, hidden properties and the named properties of an array. It turns `NaN`
 * into `null`, a `Date` into a string and an instance of a class into a plain object. A device that reports such a value
 * would find another one in its twin, so each is an error that names its path. `-0` becomes 0, because numbers do not
 * tell them apart.
 *
 * @param at how an error names the value itself, such as "patch"
 * @throws TypeError at the first value that JSON drops, changes or refuses
 */
export function copyJson(value: unknown, at: string): JsonValue {
  return copy(value, at, [])
}

function copy(value: unknown, at: string, above: readonly object[]): JsonValue {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      checkText(value, at)
      return value
    case 'number':
      // JSON.stringify(-0) is "0", and -0 + 0 is 0.
      if (Number.isFinite(value)) return value + 0
      throw new TypeError(`${at} is ${value}; JSON has finite numbers only`)
    case 'object':
      if (value === null) return null
      break
    default:
      throw new TypeError(`${at} is ${typeName(value)}; JSON cannot carry it`)
  }
  if (above.includes(value)) throw new TypeError(`${at} is a cycle`)
  if (above.length > MAX_DEPTH) throw new TypeError(`${at} is nested deeper than ${MAX_DEPTH} levels`)
  const path = [...above, value]
  checkKeys(value, at)
  if (Array.isArray(value)) {
    // Array.from visits holes, which map() would skip.
    return Object.freeze(Array.from(value, (item, index) => copy(item, `${at}[${index}]`, path)))
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!isPlainPrototype(prototype)) {
    throw new TypeError(`${at} is ${instanceName(value)}, not a plain object`)
  }
  // fromEntries defines properties where assignment would call the setter of __proto__.
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, `${at}.${key}`, path)])),
  )
}

/** JSON text travels as UTF-8, which has no code for half a surrogate pair (RFC 8259 §8.2). */
function checkText(text: string, at: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError(`${at} has half a surrogate pair; UTF-8 cannot carry it`)
}

function checkKeys(object: object, at: string): void {
  const isArray = Array.isArray(object)
  for (const key of Reflect.ownKeys(object)) {
    if (typeof key === 'symbol') throw new TypeError(`${at} has the symbol key ${String(key)}; JSON would drop it`)
    checkText(key, `${at} has a key that`)
    if (isArray && (key === 'length' || /^\d+$/.test(key))) continue
    if (isArray || !Object.prototype.propertyIsEnumerable.call(object, key)) {
      throw new TypeError(`${at} has the ${isArray ? 'named' : 'hidden'} property "${key}"; JSON would drop it`)
    }
  }
}

/** An object of another realm (an iframe, a vm context) is plain as well: its prototype has none above it. */
function isPlainPrototype(prototype: unknown): boolean {
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  )
}

function instanceName(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } }
  return typeof constructor?.name === 'string' && constructor.name !== '' ? `a ${constructor.name}` : 'an instance'
}
