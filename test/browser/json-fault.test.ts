import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonFault, placeOf } from '../../web-demo/src/report/json-fault.ts'

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'the text ends where a value should be'],
    ['{ "a": 1', 8, 'the text ends where a comma or } should be'],
    ['{ "a": 1, }', 10, 'a key in double quotes should be here, not }'],
    ['{ a: 1 }', 2, 'a key in double quotes, or } should be here, not a'],
    ['{ "a" 17 }', 6, 'a colon should be here, not 17'],
    ['{ "a": 017 }', 7, 'a value should be here, not 017'],
    ['{ "a": 1 "b": 2 }', 9, 'a comma or } should be here, not "'],
    ['{ "a": True }', 7, 'a value should be here, not True'],
    ["{ 'a': 1 }", 2, "a key in double quotes, or } should be here, not 'a'"],
    ['{ "a": "b }', 7, 'this string has no end'],
    ['{ "a": "\\x" }', 7, 'this string has a character that has to be escaped, or an escape that JSON does not know'],
    ['{ "a": 1, "a": 2 }', 10, 'the key a is here a second time'],
    ['{} {}', 3, 'the end should be here, not {'],
    ['['.repeat(5000), 100, 'this is nested deeper than 100 levels'],
  ])('finds in %j at %i that %s', (text, offset, message) => {
    expect(findJsonFault(text)).toMatchObject({ offset, message })
  })

  it('agrees with JSON.parse about what is JSON, whatever is done to a text', () => {
    const edit = fc.record({
      at: fc.nat(200),
      remove: fc.nat(3),
      add: fc.string({ maxLength: 2, unit: fc.constantFrom(...'{}[]":,-+.0e1\\ tn\n'.split('')) }),
    })
    fc.assert(
      fc.property(fc.json(), fc.array(edit, { maxLength: 2 }), (json, edits) => {
        const text = edits.reduce((all, { at, remove, add }) => all.slice(0, at) + add + all.slice(at + remove), json)
        const fault = findJsonFault(text)
        fc.pre(fault === undefined || !fault.message.includes('a second time'))
        expect(fault === undefined).toBe(isJson(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('counts lines and columns from 1', () => {
    expect(placeOf('{\n  x', 0)).toEqual({ line: 1, column: 1 })
    expect(placeOf('{\n  x', 4)).toEqual({ line: 2, column: 3 })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
