import { describe, expect, test } from 'vitest'
import { checkLimits, sizeOf } from '../../core/src/protocol/limits.ts'
import type { JsonObject, JsonValue } from '../../core/src/protocol/json.ts'

function nest(levels: number): JsonObject {
  let value: JsonValue = 'leaf'
  for (let level = 0; level < levels; level++) value = { level: value }
  return { property: value }
}

describe('checkLimits()', () => {
  test.each<[string, JsonObject]>([
    ['ten levels of objects and a leaf', nest(10)],
    ['a string of 4 KB', { a: 'x'.repeat(4096) }],
    ['a key of 1 KB', { ['k'.repeat(1024)]: 1 }],
    ['the largest integer', { a: 2 ** 52 - 1 }],
    ['the smallest integer', { a: -(2 ** 52) }],
    ['a double that is written with an exponent', { a: [1.5e300, -1e21] }],
    ['a large fraction of no integer', { a: 0.1 }],
    ['32 KB in all', Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, 'x'.repeat(4094)]))],
    ['names of Object.prototype', JSON.parse('{"__proto__":1,"constructor":null}') as JsonObject],
  ])('takes %s', (_, patch) => {
    expect(() => checkLimits(patch)).not.toThrow()
  })

  test.each<[string, JsonObject, string]>([
    ['eleven levels', nest(11), 'levels deep; the hub takes 10'],
    ['a string over 4 KB', { a: { b: 'x'.repeat(4097) } }, 'patch.a.b is a string of 4097 bytes'],
    ['a string over 4 KB in UTF-8', { a: '€'.repeat(1366) }, 'patch.a is a string of 4098 bytes'],
    ['a key over 1 KB', { a: { ['k'.repeat(1025)]: 1 } }, 'patch.a has a key of 1025 bytes'],
    ['an empty key', { a: { '': 1 } }, 'patch.a has an empty key'],
    ['a dot in a key', { 'a.b': 1 }, 'character "."'],
    ['a dollar in a key', { $version: 1 }, 'character "$"'],
    ['a number sign in a key', { 'a#b': 1 }, 'character "#"'],
    ['a space in a key', { a: { 'b c': 1 } }, 'character " "'],
    ['a control character in a key', { 'a\u0007': 1 }, 'character "\\u0007"'],
    ['an integer too large', { a: [1, 2 ** 52] }, 'patch.a[1] is 4503599627370496'],
    ['an integer of 21 digits', { a: 1e20 }, 'patch.a is 100000000000000000000'],
    ['an integer too small', { a: -(2 ** 52) - 1 }, 'patch.a is -4503599627370497'],
    [
      'more than 32 KB',
      Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x'.repeat(4094)])),
      'size of 36864',
    ],
  ])('refuses %s with a RangeError that names it', (_, patch, message) => {
    expect(() => checkLimits(patch)).toThrow(RangeError)
    expect(() => checkLimits(patch)).toThrow(message)
  })
})

test('sizeOf() counts as the documents of the hub say', () => {
  expect(sizeOf({ ab: 'cd', n: 1, t: true, none: null, list: ['x', 2], deep: { e: '' } })).toBe(4 + 9 + 5 + 4 + 13 + 5)
  expect(sizeOf({ a: '\u0001\u0085é' })).toBe(2)
})
