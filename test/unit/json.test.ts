import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyJson, freezeJson, parseJsonObject } from '../../core/src/protocol/json.ts'

class Celsius {
  readonly degrees = 21
}
const cycle: { self?: unknown } = {}
cycle.self = { cycle }

describe('copyJson()', () => {
  test.each<[string, unknown, string]>([
    ['undefined', { a: { b: undefined } }, 'patch.a.b is undefined'],
    ['a function', { a: () => 1 }, 'patch.a is a function'],
    ['a symbol', { a: Symbol('x') }, 'patch.a is a symbol'],
    ['a symbol as a key', { a: { [Symbol('x')]: 1 } }, 'patch.a has the symbol key'],
    ['a BigInt', { a: 1n }, 'patch.a is a bigint'],
    ['NaN', { a: [1, Number.NaN] }, 'patch.a[1] is NaN'],
    ['Infinity', { a: Infinity }, 'patch.a is Infinity'],
    ['a Date', { a: new Date(0) }, 'patch.a is a Date'],
    ['a Map', { a: new Map() }, 'patch.a is a Map'],
    ['a class instance', { a: new Celsius() }, 'patch.a is a Celsius'],
    ['a hole', { a: Array(2) }, 'patch.a[0] is undefined'],
    ['a cycle', cycle, 'patch.self.cycle is a cycle'],
    ['a function named toJSON', { a: { toJSON: () => 1 } }, 'patch.a.toJSON is a function'],
    ['a hidden property', Object.defineProperty({}, 'a', { value: 1 }), 'patch has the hidden property "a"'],
    [
      'a named property of an array',
      { a: Object.assign([1], { unit: 'kPa' }) },
      'patch.a has the named property "unit"',
    ],
    ['half a surrogate pair', { a: ['\ud83d'] }, 'patch.a[0] has half a surrogate pair'],
    ['half a surrogate pair in a key', { a: { '\ude00': 1 } }, 'patch.a has a key that has half a surrogate pair'],
  ])('refuses %s with its path', (_, value, message) => {
    expect(() => copyJson(value, 'patch')).toThrow(TypeError)
    expect(() => copyJson(value, 'patch')).toThrow(message)
  })

  test('refuses what is nested without end, at once', () => {
    let deep: object = {}
    for (let level = 0; level < 100_000; level++) deep = { deep }
    expect(() => copyJson(deep, 'patch')).toThrow(/nested deeper/)
  })

  test('takes the same object twice, which is no cycle', () => {
    const shared = { on: true }
    expect(copyJson({ a: shared, b: shared }, 'patch')).toEqual({ a: { on: true }, b: { on: true } })
  })

  test('copies, freezes, and keeps __proto__ as data', () => {
    const given = JSON.parse('{"__proto__":{"a":1},"list":[{"b":2}]}') as object
    const copy = copyJson(given, 'patch') as { list: { b: number }[] }
    expect(JSON.stringify(copy)).toBe(JSON.stringify(given))
    expect(Object.isFrozen(copy) && Object.isFrozen(copy.list) && Object.isFrozen(copy.list[0])).toBe(true)
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(Object.isFrozen(given)).toBe(false)
  })

  test('copies -0 as 0, which is what JSON stores', () => {
    expect(copyJson({ n: -0, list: [-0] }, 'patch')).toStrictEqual({ n: 0, list: [0] })
  })

  test('equals what JSON stores, for every value that it accepts', () => {
    const options = { withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }
    const strings = { ...options, key: fc.string({ unit: 'binary' }), values: [fc.jsonValue(), fc.constant(-0)] }
    fc.assert(
      fc.property(fc.oneof(fc.anything(options), fc.anything(strings)), (value) => {
        let copied: unknown
        try {
          copied = copyJson(value, 'value')
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
          return
        }
        expect(JSON.parse(JSON.stringify(value))).toStrictEqual(copied)
      }),
      { numRuns: 300 },
    )
  })

  test('takes objects without a prototype', () => {
    expect(copyJson(Object.assign(Object.create(null), { a: 1 }), 'patch')).toEqual({ a: 1 })
  })
})

describe('parseJsonObject()', () => {
  test.each([
    ['', 'not JSON'],
    ['{', 'not JSON'],
    ['null', 'null, not an object'],
    ['[1]', 'an array, not an object'],
    ['"text"', 'a string, not an object'],
    ['12', 'a number, not an object'],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'nested deeper'],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'nested deeper'],
  ])('refuses %.20s', (text, message) => {
    expect(() => parseJsonObject(text)).toThrow(SyntaxError)
    expect(() => parseJsonObject(text)).toThrow(message)
  })

  test('does not repeat the text, which may be anybody’s', () => {
    expect(() => parseJsonObject('{"password":"c2VjcmV0"')).not.toThrow(/c2VjcmV0/)
  })
})

test('freezeJson() freezes all levels', () => {
  const value = freezeJson({ a: [{ b: {} }] })
  expect(Object.isFrozen(value.a[0]?.b)).toBe(true)
})
