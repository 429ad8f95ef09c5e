import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { checkSize, checkValues, sizeOf } from '../../../../emulator/src/twin/limits.ts'
import { refusalOf } from '../../../support/refusal.ts'

const BAD_KEY = "a key must not contain control characters, '.', '$', '#', or a space"
const BAD_LENGTH = 'a key must have 1 to 1024 bytes'
const BAD_TEXT = 'a string must not exceed 4096 bytes'
const BAD_INTEGER = 'an integer must lie between -4503599627370496 and 4503599627370495'
const BAD_NULL = 'null is not allowed inside an array'
const TOO_DEEP = 'must not be nested deeper than 10 levels'

describe('checkValues()', () => {
  const nested = (depth: number, leaf: unknown): JsonObject =>
    (depth === 0 ? { leaf } : { level: nested(depth - 1, leaf) }) as JsonObject
  const levels = (depth: number): string => 'level.'.repeat(depth)

  test.each([
    ['a dot in a key', { 'a.b': 1 }, `a.b: ${BAD_KEY}`],
    ['a dollar in a key', { $version: 1 }, `$version: ${BAD_KEY}`],
    ['a space in a key', { 'a b': 1 }, `a b: ${BAD_KEY}`],
    ['a number sign in a key', { 'a#b': 1 }, `a#b: ${BAD_KEY}`],
    ['a C0 control character in a key', { 'a\u0007': 1 }, `a\u0007: ${BAD_KEY}`],
    ['the last C0 control character in a key', { 'a\u001f': 1 }, `a\u001f: ${BAD_KEY}`],
    ['DEL in a key', { 'a\u007f': 1 }, `a\u007f: ${BAD_KEY}`],
    ['a C1 control character in a key', { 'a\u0085': 1 }, `a\u0085: ${BAD_KEY}`],
    ['an empty key', { '': 1 }, `: ${BAD_LENGTH}`],
    ['a key of more than 1 KB', { ['k'.repeat(1025)]: 1 }, `${'k'.repeat(191)}…: ${BAD_LENGTH}`],
    ['a key of more than 1 KB in UTF-8', { ['é'.repeat(513)]: 1 }, `${'é'.repeat(191)}…: ${BAD_LENGTH}`],
    ['a text of more than 4 KB', { a: 'x'.repeat(4097) }, `a: ${BAD_TEXT}`],
    ['a text of more than 4 KB in UTF-8', { a: 'é'.repeat(2049) }, `a: ${BAD_TEXT}`],
    ['an integer above the range', { a: 4503599627370496 }, `a: ${BAD_INTEGER}`],
    ['an integer below the range', { a: -4503599627370497 }, `a: ${BAD_INTEGER}`],
    ['an integer of 21 digits', { a: 1e20 }, `a: ${BAD_INTEGER}`],
    ['a number that overflows', JSON.parse('{"a":1e400}'), 'a: must be a finite number'],
    ['null in an array', { a: [1, null] }, `a[1]: ${BAD_NULL}`],
    ['null in an object in an array', { a: [{ b: null }] }, `a[0].b: ${BAD_NULL}`],
    ['a bad key in an object in an array', { a: [{ 'b.c': 1 }] }, `a[0].b.c: ${BAD_KEY}`],
    ['an object below ten levels', nested(11, 1), `${levels(10)}level: ${TOO_DEEP}`],
    ['an array below ten levels', nested(10, []), `${levels(10)}leaf: ${TOO_DEEP}`],
    [
      'arrays nested too deep',
      JSON.parse(`{"a":${'['.repeat(11)}${']'.repeat(11)}}`),
      `a${'[0]'.repeat(10)}: ${TOO_DEEP}`,
    ],
  ])('refuses %s', (_name, patch, message) => {
    expect(refusalOf(() => checkValues('reported', patch as JsonObject))).toBe(`ArgumentInvalid: reported.${message}`)
  })

  test.each([
    ['the largest integer', { a: 4503599627370495 }],
    ['the least integer', { a: -4503599627370496 }],
    ['a fraction', { a: 0.1 }],
    ['a fraction above the largest integer', { a: 4503599627370495.5 }],
    ['the least number that JSON writes with an exponent', { a: 1e21 }],
    ['other signs and white space in a key', { "!%&'()*+,-/:;<=>?@[]^_`{|}~\u00a0": 1 }],
    ['doubles that are written with an exponent', { a: [1.5e300, -1e21] }],
    ['a key of 1 KB', { ['k'.repeat(1024)]: 1 }],
    ['a text of 4 KB', { a: 'x'.repeat(4096) }],
    ['null outside arrays', { a: { b: null }, c: null }],
    ['an array of objects', { a: [{ b: 1 }, [true]] }],
    ['a number below ten levels', nested(10, 1)],
    ['null below ten levels', nested(10, null)],
    ['an empty section', {}],
  ])('accepts %s', (_name, patch) => {
    expect(refusalOf(() => checkValues('reported', patch as JsonObject))).toBeUndefined()
  })

  test('shows at most 200 characters of a path', () => {
    const path = (section: 'tags' | 'desired', length: number): unknown =>
      refusalOf(() => checkValues(section, { [`${'k'.repeat(length - 1)}#`]: 1 }))
    expect(path('tags', 195)).toBe(`ArgumentInvalid: tags.${'k'.repeat(194)}#: ${BAD_KEY}`)
    expect(path('tags', 196)).toBe(`ArgumentInvalid: tags.${'k'.repeat(195)}…: ${BAD_KEY}`)
  })
})

describe('sizeOf()', () => {
  test.each([
    [8, 1.5],
    [4, false],
    [0, null],
    [3, 'aéb'],
    [2, 'a\u0000\u001f\u007f\u009fb'],
    [9, [1, 'y', null]],
    [10, { a: { b: 1 } }],
    [2 + 8 + 1 + 4 + 1 + 2 + 1 + 1 + 8 + 1, { ab: 1, c: true, d: 'é\u0000x', e: { f: [1, 'y'] } }],
    [1, { 'a\u0085': null }],
  ])('is %d for %j', (size, value) => {
    expect(sizeOf(value)).toBe(size)
  })
})

describe('checkSize()', () => {
  /** A section of exactly this size, in texts of 4 KB. */
  const sized = (size: number): JsonObject => ({ texts: ['x'.repeat(size - 5)] })

  test.each([
    ['tags', 8192],
    ['desired', 32_768],
    ['reported', 32_768],
  ] as const)('limits the growth of %s to %d bytes', (section, limit) => {
    expect(refusalOf(() => checkSize(section, {}, sized(limit)))).toBeUndefined()
    expect(refusalOf(() => checkSize(section, sized(limit), sized(limit + 1)))).toBe(
      `ArgumentInvalid: ${section} must not exceed ${limit} bytes: would be ${limit + 1}`,
    )
  })

  test('allows a section above the limit to keep its size and to shrink, but not to grow', () => {
    const change = (next: number): unknown => refusalOf(() => checkSize('tags', sized(9000), sized(next)))
    expect([change(8999), change(9000)]).toEqual([undefined, undefined])
    expect(change(9001)).toBe('ArgumentInvalid: tags must not exceed 8192 bytes: would be 9001')
  })
})
