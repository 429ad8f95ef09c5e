import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeProblem, positionOf, readJson, type TextProblem } from '../../../page-kit/src/json-text.ts'

describe('readJson', () => {
  it.each([
    ['', 0, 'expected a value, found the end of the text'],
    ['{ "a": 1', 8, 'expected a }, found the end of the text'],
    ['[1', 2, 'expected a ], found the end of the text'],
    ['{ "a": 1, }', 10, 'expected a key in double quotes, found }'],
    ['{ a: 1 }', 2, 'expected a string in double quotes, a number, true, false, or null, found a'],
    ['{ "a" 17 }', 6, 'expected a colon, found 17'],
    ['{ "a": 1 "b": 2 }', 9, 'expected a comma, found "b"'],
    ['{ "a": True }', 7, 'expected a string in double quotes, a number, true, false, or null, found True'],
    ['{ "a": "b }', 7, 'this string has no closing quote'],
    ['{ "a": "\\x" }', 7, 'JSON has no such escape sequence'],
    ['{ "a": "\t" }', 7, 'this character needs an escape sequence'],
    ['{ "a": 1, "a": 2 }', 10, 'the key a appears twice'],
    ['{ "a": { "b": 1, "b": 2 } }', 17, 'the key b appears twice'],
    ['{} {}', 3, 'expected the end of the text, found {'],
    ['[1,\u00A02]', 3, 'expected a string in double quotes, a number, true, false, or null, found \u00A02'],
  ])('finds in %j at %i: %s', (text, offset, message) => {
    expect(problemIn(text)).toMatchObject({ offset, message })
  })

  it('reports a problem for extreme nesting instead of a stack overflow', () => {
    expect(problemIn('['.repeat(100_000))).toBeDefined()
  })

  it('accepts exactly the texts that JSON.parse accepts, with the same value', () => {
    const edit = fc.record({
      at: fc.nat(200),
      remove: fc.nat(3),
      add: fc.string({ maxLength: 2, unit: fc.constantFrom(...'{}[]":,-+.0e1\\ tn\n\u00A0\uFEFF/*'.split('')) }),
    })
    fc.assert(
      fc.property(fc.json(), fc.array(edit, { maxLength: 2 }), (json, edits) => {
        const text = edits.reduce((all, { at, remove, add }) => all.slice(0, at) + add + all.slice(at + remove), json)
        const read = readJson(text)
        fc.pre(read.type === 'json' || !read.problem.message.includes('appears twice'))
        const parsed = parse(text)
        expect(read.type).toBe(parsed === undefined ? 'problem' : 'json')
        if (read.type === 'json') expect(read.value).toEqual(parsed?.value)
      }),
      { numRuns: 2000 },
    )
  })

  it('counts lines and columns from 1', () => {
    expect(positionOf('{\n  x', 0)).toEqual({ line: 1, column: 1 })
    expect(positionOf('{\n  x', 4)).toEqual({ line: 2, column: 3 })
    expect(describeProblem('{\n  x', { offset: 4, length: 1, message: 'expected a key' })).toBe(
      'Line 2, column 3: expected a key.',
    )
  })
})

function problemIn(text: string): TextProblem | undefined {
  const read = readJson(text)
  return read.type === 'problem' ? read.problem : undefined
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
