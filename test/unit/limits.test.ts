import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openTwin } from '../../core/src/index.ts'
import type { PatchError } from '../../core/src/protocol/copy-json.ts'
import type { JsonObject, JsonValue } from '../../core/src/protocol/json.ts'
import { checkPatch, copyReportedPatch, sizeOf } from '../../core/src/protocol/limits.ts'

class Celsius {
  readonly degrees = 21
}
const cycle: { self?: unknown } = {}
cycle.self = { cycle }

class Counted {
  hasOwnProperty(): boolean {
    return true
  }
}
const [NAMELESS] = [
  class {
    readonly degrees = 21
  },
] as const
const odd = Object.create({ constructor: { name: 7 }, __proto__: { constructor: null } }) as object

function nest(levels: number): JsonObject {
  let value: JsonValue = 'leaf'
  for (let level = 0; level < levels; level++) value = { level: value }
  return { property: value }
}

function nestArrays(levels: number): { a: unknown } {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = [value]
  return { a: value }
}

function errorOf(patch: unknown): PatchError {
  try {
    checkPatch(patch)
  } catch (error) {
    return error as PatchError
  }
  throw new Error('checkPatch() accepts the patch')
}

describe('checkPatch() throws a TypeError with message and path', () => {
  test.each<[string, unknown, string, string]>([
    ['a number', 12, 'patch is a number, not an object', ''],
    ['an array', [1], 'patch is an array, not an object', ''],
    ['undefined', { a: { b: undefined } }, 'patch.a.b is undefined', 'a b'],
    ['a function', { a: () => 1 }, 'patch.a is a function', 'a'],
    ['a symbol', { a: Symbol('x') }, 'patch.a is a symbol', 'a'],
    ['a symbol as a key', { a: { [Symbol('x')]: 1 } }, 'patch.a has the symbol key "Symbol(x)"', 'a Symbol(x)'],
    ['a BigInt', { a: 1n }, 'patch.a is a bigint', 'a'],
    ['NaN', { a: [1, Number.NaN] }, 'patch.a[1] is NaN', 'a 1'],
    ['Infinity', { a: Infinity }, 'patch.a is Infinity', 'a'],
    ['a Date', { a: new Date(0) }, 'patch.a is a Date', 'a'],
    ['a Map', { a: new Map() }, 'patch.a is a Map', 'a'],
    ['a class instance', { a: new Celsius() }, 'patch.a is a Celsius', 'a'],
    ['an instance with a hasOwnProperty of its own', { a: new Counted() }, 'patch.a is a Counted, not a plain', 'a'],
    ['an instance of a class without a name', { a: new NAMELESS() }, 'patch.a is an instance, not a plain object', 'a'],
    [
      'an object below one without a prototype',
      { a: Object.create(Object.create(null)) },
      'patch.a is an instance',
      'a',
    ],
    ['an object with an odd constructor', { a: odd }, 'patch.a is an instance, not a plain object', 'a'],
    ['a hole', { a: Array(2) }, 'patch.a[0] is undefined', 'a 0'],
    ['a cycle', cycle, 'patch.self.cycle is a cycle', 'self cycle'],
    ['a function named toJSON', { a: { toJSON: () => 1 } }, 'patch.a.toJSON is a function', 'a toJSON'],
    ['a hidden property', Object.defineProperty({}, 'a', { value: 1 }), 'patch has the hidden property "a"', 'a'],
    [
      'a named property of an array',
      { a: Object.assign([1], { unit: 'kPa' }) },
      'patch.a has the named property "unit"',
      'a unit',
    ],
    ['a named property that begins with a digit', { a: Object.assign([], { '1x': 1 }) }, 'property "1x"', 'a 1x'],
    ['a named property that ends with a digit', { a: Object.assign([], { x1: 1 }) }, 'property "x1"', 'a x1'],
    ['65 levels of arrays', nestArrays(65), 'is nested deeper than 64 levels', `a${' 0'.repeat(64)}`],
    ['half a surrogate pair', { a: ['\ud83d'] }, 'patch.a[0] is a string with half a surrogate pair', 'a 0'],
    [
      'half a surrogate pair in a key',
      { a: { '\ude00': 1 } },
      'patch.a has a key with half a surrogate pair',
      'a \ude00',
    ],
  ])('for %s', (_, patch, message, path) => {
    const error = errorOf(patch)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toContain(message)
    expect(error.path.join(' ')).toBe(path)
  })

  test('for arrays that are nested without end, at once', () => {
    let deep: unknown[] = []
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(errorOf({ deep }).message).toContain('nested deeper than 64 levels')
  })
})

describe('checkPatch() throws a RangeError with message and path', () => {
  const eightKeys = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, 'x'.repeat(4094)]))

  test.each<[string, JsonObject]>([
    ['ten levels of objects and a leaf', nest(10)],
    ['eleven levels of arrays', { a: [[[[[[[[[[[1]]]]]]]]]]] }],
    ['an object in eleven levels of arrays', { a: [[[[[[[[[[[{ b: 1 }]]]]]]]]]]] }],
    ['64 levels of arrays', nestArrays(64) as JsonObject],
    ['an array of twelve numbers', { a: Array<number>(12).fill(1) }],
    ['a string of 4 KB', { a: 'x'.repeat(4096) }],
    ['a key of 1 KB', { ['k'.repeat(1024)]: 1 }],
    ['the largest integer', { a: 2 ** 52 - 1 }],
    ['the smallest integer', { a: -(2 ** 52) }],
    ['a double that is written with an exponent', { a: [1.5e300, -1e21] }],
    ['a fraction', { a: 0.1 }],
    ['32 KB in all', eightKeys],
    ['names of Object.prototype', JSON.parse('{"__proto__":1,"constructor":null}') as JsonObject],
  ])('but not for %s', (_, patch) => {
    expect(checkPatch(patch)).toBeUndefined()
  })

  test.each<[string, JsonObject, string, string]>([
    [
      'eleven levels',
      nest(11),
      'is an object 11 levels deep; the limit is 10',
      `property ${Array(10).fill('level').join(' ')}`,
    ],
    ['a string over 4 KB', { a: { b: 'x'.repeat(4097) } }, 'patch.a.b is a string of 4097 bytes', 'a b'],
    ['a string over 4 KB in UTF-8', { a: '€'.repeat(1366) }, 'patch.a is a string of 4098 bytes', 'a'],
    [
      'a key over 1 KB',
      { a: { ['k'.repeat(1025)]: 1 } },
      'patch.a has a key of 1025 bytes; the limit is 1024',
      `a ${'k'.repeat(1025)}`,
    ],
    ['an empty key', { a: { '': 1 } }, 'patch.a has an empty key', 'a '],
    [
      'a dot in a key',
      { 'a.b': 1 },
      'patch has the key "a.b" with the character "."; ' +
        "the hub accepts no control character, '.', '$', '#' or space in a key",
      'a.b',
    ],
    ['a dot in a key of 40 characters', { ['.'.repeat(40)]: 1 }, `key "${'.'.repeat(40)}" with`, '.'.repeat(40)],
    ['a dot in a key of 41 characters', { ['.'.repeat(41)]: 1 }, `key "${'.'.repeat(40)}…" with`, '.'.repeat(41)],
    ['a dollar in a key', { $version: 1 }, 'character "$"', '$version'],
    ['a number sign in a key', { 'a#b': 1 }, 'character "#"', 'a#b'],
    ['a space in a key', { a: { 'b c': 1 } }, 'character " "', 'a b c'],
    ['a control character in a key', { 'a\u0007': 1 }, 'character "\\u0007"', 'a\u0007'],
    ['an integer too large', { a: [1, 2 ** 52] }, 'patch.a[1] is 4503599627370496', 'a 1'],
    ['an integer of 21 digits', { a: 1e20 }, 'patch.a is 100000000000000000000', 'a'],
    ['an integer too small', { a: -(2 ** 52) - 1 }, 'patch.a is -4503599627370497', 'a'],
    ['more than 32 KB', { ...eightKeys, k8: 'x'.repeat(4094) }, 'patch has a size of 36864', ''],
  ])('for %s', (_, patch, message, path) => {
    const error = errorOf(patch)
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toContain(message)
    expect(error.path.join(' ')).toBe(path)
  })

  test('for objects that are nested without end, at once', () => {
    let deep: object = {}
    for (let level = 0; level < 100_000; level++) deep = { deep }
    expect(errorOf({ deep }).path).toEqual(Array(11).fill('deep'))
  })
})

test('report() rejects with the error that checkPatch() throws', async () => {
  const twin = openTwin('HostName=contoso.azure-devices.net;DeviceId=device1;SharedAccessKey=bWFkZS11cA==', {
    signal: AbortSignal.abort(),
  })
  const patch = { a: { b: Number.NaN } }
  await expect(twin.report(patch)).rejects.toMatchObject({ message: errorOf(patch).message, path: ['a', 'b'] })
})

describe('copyReportedPatch()', () => {
  test('takes the same object twice, which is no cycle', () => {
    const shared = { on: true }
    expect(copyReportedPatch({ a: shared, b: shared })).toEqual({ a: { on: true }, b: { on: true } })
  })

  test('copies, freezes, and keeps __proto__ as data', () => {
    const given = JSON.parse('{"__proto__":{"a":1},"list":[{"b":2}]}') as object
    const copy = copyReportedPatch(given) as { list: { b: number }[] } & JsonObject
    expect(JSON.stringify(copy)).toBe(JSON.stringify(given))
    expect(Object.isFrozen(copy) && Object.isFrozen(copy.list) && Object.isFrozen(copy.list[0])).toBe(true)
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(Object.isFrozen(given)).toBe(false)
  })

  test('copies -0 as 0, which is what JSON stores', () => {
    expect(copyReportedPatch({ n: -0, list: [-0] })).toStrictEqual({ n: 0, list: [0] })
  })

  test('equals what JSON stores, for every value that it accepts', () => {
    const options = { withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }
    const strings = { ...options, key: fc.string({ unit: 'binary' }), values: [fc.jsonValue(), fc.constant(-0)] }
    fc.assert(
      fc.property(fc.oneof(fc.anything(options), fc.anything(strings)), (value) => {
        let copied: unknown
        try {
          copied = copyReportedPatch({ value })
        } catch (error) {
          expect([TypeError, RangeError]).toContain((error as PatchError).constructor)
          expect((error as PatchError).path[0]).toBe('value')
          return
        }
        expect(JSON.parse(JSON.stringify({ value }))).toStrictEqual(copied)
      }),
      { numRuns: 300 },
    )
  })

  test('takes objects without a prototype', () => {
    expect(copyReportedPatch(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 })
  })
})

test('sizeOf() counts as the documents of the hub say', () => {
  expect(sizeOf({ ab: 'cd', n: 1, t: true, none: null, list: ['x', 2], deep: { e: '' } })).toBe(4 + 9 + 5 + 4 + 13 + 5)
  expect(sizeOf({ a: '\u0001\u0085é' })).toBe(2)
  expect(sizeOf({ a: '😀😀' })).toBe(3)
})
