import { type JsonValue, MAX_DEPTH, typeName } from './json.ts'

/** The error for a value that JSON cannot carry. */
export type PatchError = (TypeError | RangeError) & {
  /**
   * The keys from the patch down to the bad value, array indices as decimal strings: `['a', '0']`.
   * For a bad key it ends with that key. It is empty when the problem is the patch as a whole.
   */
  readonly path: readonly string[]
}

/** The path from a value of the app to the part under check. */
export interface Walk {
  /** The name of the whole value in messages. */
  readonly name: string
  /** Keys and array indices. */
  readonly steps: (string | number)[]
  /** The objects and arrays that contain the part, the outermost first. */
  readonly above: object[]
}

/** Checks a part before its copy. An object or array comes before its content. */
type CheckPart = (part: string | number | object, walk: Walk) => void

export function createWalk(name: string): Walk {
  return { name, steps: [], above: [] }
}

/**
 * Copies and freezes a value of the app that leaves as JSON.
 *
 * JSON carries the copy unchanged: `JSON.parse(JSON.stringify(copy))` equals it. `JSON.stringify`
 * drops `undefined`, symbols, hidden properties, and the named properties of an array. It turns
 * `NaN` into `null`, a `Date` into a string, and an instance of a class into a plain object. The
 * hub would then get another value than the app's, so each is an error. `-0` becomes 0.
 *
 * @param check adds the limits of a place, such as those of a twin
 * @throws TypeError for a value that JSON drops, changes, or rejects, with its `path`
 */
export function copyJson(value: unknown, walk: Walk, check?: CheckPart): JsonValue {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      checkWellFormed(value, walk)
      check?.(value, walk)
      return value
    case 'number':
      if (!Number.isFinite(value)) throw patchError(TypeError, walk, `is ${value}; JSON has finite numbers only`)
      check?.(value, walk)
      // JSON.stringify(-0) is "0", and -0 + 0 is 0.
      return value + 0
    case 'object':
      return value === null ? null : copyObject(value, walk, check)
    default:
      throw patchError(TypeError, walk, `is ${typeName(value)}; JSON cannot carry it`)
  }
}

function copyObject(value: object, walk: Walk, check?: CheckPart): JsonValue {
  const { steps, above } = walk
  if (above.includes(value)) throw patchError(TypeError, walk, 'is a cycle')
  if (above.length > MAX_DEPTH) throw patchError(TypeError, walk, `is nested deeper than ${MAX_DEPTH} levels`)
  const isArray = Array.isArray(value)
  checkKeys(value, isArray, walk)
  if (!isArray && !isPlain(value)) throw patchError(TypeError, walk, `is ${instanceName(value)}, not a plain object`)
  check?.(value, walk)
  const copyBelow = (item: unknown, step: string | number): JsonValue => {
    steps.push(step)
    const copy = copyJson(item, walk, check)
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

function checkKeys(object: object, isArray: boolean, walk: Walk): void {
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
      throw patchError(TypeError, walk, `has the ${kind} ${quoteKey(key)}; JSON would drop it`, [String(key)])
    }
    checkWellFormed(String(key), walk, [String(key)])
  }
}

/** JSON text travels as UTF-8, which has no code for half a surrogate pair (RFC 8259 §8.2). */
function checkWellFormed(text: string, walk: Walk, key?: readonly [string]): void {
  if (!/\p{Surrogate}/u.test(text)) return
  const subject = key ? 'has a key' : 'is a string'
  throw patchError(TypeError, walk, `${subject} with half a surrogate pair; UTF-8 cannot carry it`, key)
}

/** @param key the bad key of the object under check; without it, the value itself is bad */
export function patchError(
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

/** A key as a message quotes it. */
export function quoteKey(key: string | symbol): string {
  const text = String(key)
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
