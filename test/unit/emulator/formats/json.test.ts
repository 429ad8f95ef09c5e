import { describe, expect, test } from 'vitest'
import { isInteger, isObject, property, withProperties } from '../../../../emulator/src/formats/json.ts'
import { splitParameters } from '../../../../emulator/src/formats/parameters.ts'
import { parseJson } from '../../../../emulator/src/formats/parse-json.ts'
import { NEVER, parseTime, timestamp } from '../../../../emulator/src/formats/timestamp.ts'
import { refusalOf } from '../../../support/refusal.ts'

test('isObject() means a JSON object', () => {
  expect([{}, [], null, 'a', 1, undefined].map(isObject)).toEqual([true, false, false, false, false, false])
})

test('isInteger() means a number without a fraction', () => {
  expect([1, -0, 1.5, '1', null, undefined, Infinity].map(isInteger)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})

test('property() returns own properties only', () => {
  const object = JSON.parse('{"__proto__":1,"a":null}')
  expect([property(object, '__proto__'), property(object, 'a'), property(object, 'toString')]).toEqual([
    1,
    null,
    undefined,
  ])
})

test('withProperties() changes a copy, and removes undefined keys', () => {
  const object = { a: 1, b: 2, c: 3 }
  const changes = new Map([
    ['a', undefined],
    ['b', null],
    ['d', 4],
  ])
  expect(withProperties(object, changes)).toStrictEqual({ b: null, c: 3, d: 4 })
  expect(object).toStrictEqual({ a: 1, b: 2, c: 3 })
})

test('splitParameters() splits names and raw values', () => {
  expect(splitParameters('a=1=2&b&c=&=d&')).toEqual([
    ['a', '1=2'],
    ['b', undefined],
    ['c', ''],
    ['', 'd'],
    ['', undefined],
  ])
})

describe('parseJson()', () => {
  const notJson = 'IotHubFormatError: The body must be JSON in UTF-8'
  const tooDeep = (depth: number): string =>
    `IotHubFormatError: The body must not be nested deeper than ${depth} levels`
  const read = (text: string | Uint8Array, maxDepth?: number): unknown => parseJson(Buffer.from(text), maxDepth)

  test('reads JSON in UTF-8', () => {
    expect(read('{"é":[1,null]}')).toStrictEqual({ é: [1, null] })
  })

  test.each(['', '{', "{'a':1}", new Uint8Array([0x22, 0xff, 0x22])])('refuses %j', (text) => {
    expect(refusalOf(() => read(text))).toBe(notJson)
  })

  test.each([
    ['['.repeat(3) + ']'.repeat(3), 2],
    ['{"a":{"a":{}}}', 2],
    ['[[],[],[[]]]', 2],
    ['[[1,2],[{}],[]]', 2],
  ])('refuses %s with at most %d levels', (text, depth) => {
    expect(refusalOf(() => read(text, depth))).toBe(tooDeep(depth))
    expect(refusalOf(() => read(text, depth + 1))).toBeUndefined()
  })

  test.each([
    '[[[]]]',
    '[[1]]',
    '{"a":[1],"b":[2]}',
    '["[[[[", "{{{"]',
    String.raw`["\"[[[[", "\\\"{{{"]`,
    String.raw`["\\", [1]]`,
  ])('accepts %s within 3 levels', (text) => {
    expect(refusalOf(() => read(text, 3))).toBeUndefined()
  })

  test('counts the closing brackets', () => {
    expect(refusalOf(() => read('[[],[],[],{},{}]', 2))).toBeUndefined()
  })

  test('allows 100 levels unless the caller sets another limit', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(refusalOf(() => read(nested(100)))).toBeUndefined()
    expect(refusalOf(() => read(nested(101)))).toBe(tooDeep(100))
  })
})

test('an event that never happened has the time of IoT Hub for it', () => {
  expect(NEVER).toBe('0001-01-01T00:00:00Z')
})

test('timestamp() has seven fractional digits', () => {
  expect(timestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05.6780000Z')
})

describe('parseTime()', () => {
  test.each([
    ['1970-01-02', 86_400_000],
    ['1970-01-01T00:01Z', 60_000],
    ['1970-01-01T00:00:01Z', 1000],
    ['1970-01-01T00:00:01.5Z', 1500],
    ['1970-01-01T00:00:01.123456789Z', 1123],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1970-01-01T00:00:00-01:00', 3_600_000],
    ['1970-01-01T01:00:00+0100', 0],
  ])('reads %s', (text, at) => {
    expect(parseTime(text)).toBe(at)
  })

  test('reads a time without a zone as local time', () => {
    expect(parseTime('2026-01-02T03:04')).toBe(new Date(2026, 0, 2, 3, 4).getTime())
  })

  test.each([
    '',
    'abc 1',
    '1970',
    '1970-13-01',
    '1970-01-01T25:00Z',
    'x1970-01-01',
    '1970-01-01x',
    '1970-01-01T00:00:01.Z',
    '1970-01-01T00:00:01.1234567890Z',
    '1970-01-01 00:00',
    '1970-01-01T00Z',
    '1970-1-1',
    '(1)1970-01-01',
    '1970-01-01 (1)',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeUndefined()
  })
})
