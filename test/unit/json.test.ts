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
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'nested deeper'],
    [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'nested deeper'],
  ])('refuses %.20s', (text, message) => {
    expect(() => parseJsonObject(text)).toThrow(SyntaxError)
    expect(() => parseJsonObject(text)).toThrow(message)
  })

  test('does not repeat the text, which may hold a secret', () => {
    expect(() => parseJsonObject('{"password":"c2VjcmV0"')).not.toThrow(/c2VjcmV0/)
  })
})

test('freezeJson() freezes all levels', () => {
  const value = freezeJson({ a: [{ b: {} }] })
  expect(Object.isFrozen(value.a[0]?.b)).toBe(true)
})
