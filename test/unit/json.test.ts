import { describe, expect, test } from 'vitest'
import { freezeJson, parseJsonObject } from '../../core/src/protocol/json.ts'

describe('parseJsonObject()', () => {
  test.each([
    ['', 'not JSON'],
    ['{', 'not JSON'],
    ['null', 'null, not an object'],
    ['[1]', 'an array, not an object'],
    ['"text"', 'a string, not an object'],
    ['12', 'a number, not an object'],
  ])('refuses %.20s', (text, message) => {
    expect(() => parseJsonObject(text)).toThrow(SyntaxError)
    expect(() => parseJsonObject(text)).toThrow(message)
  })

  test('does not repeat the text, which may hold a secret', () => {
    expect(() => parseJsonObject('{"password":"c2VjcmV0"')).not.toThrow(/c2VjcmV0/)
  })
})

describe('freezeJson() refuses hostile depth', () => {
  test.each([
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    [`${'{"a":'.repeat(66)}1${'}'.repeat(66)}`],
  ])('%.20s', (text) => {
    expect(() => freezeJson(parseJsonObject(text))).toThrow('nested deeper than 64 levels')
  })

  test('and accepts 64 levels below the root', () => {
    expect(() => freezeJson(parseJsonObject(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`))).not.toThrow()
  })
})

test('freezeJson() freezes all levels', () => {
  const value = freezeJson({ a: [{ b: {} }] })
  expect(Object.isFrozen(value.a[0]?.b)).toBe(true)
})
