import { checkPatch } from 'hubtwin'
import { describe, expect, it } from 'vitest'
import { readPatch } from '../../../page-kit/src/patch-text.ts'

describe('readPatch', () => {
  it('returns the patch', () => {
    expect(readPatch('{ "a": { "b": null } }', checkPatch)).toEqual({ type: 'patch', patch: { a: { b: null } } })
  })

  it.each([
    ['{ "a": { "b": 9007199254740993 } }', '"b": 9007199254740993'],
    ['{ "a": [1, { "b": "\\ud800" }] }', '"b": "\\ud800"'],
    ['{ "a": [1, 9007199254740993] }', '9007199254740993'],
    ['{ "a": { "x.y": 1 } }', '"x.y": 1'],
    ['{ "a": 1, "": 2 }', '"": 2'],
  ])('finds in %s the property or item %s', (text, marked) => {
    expect(markedIn(text)).toBe(marked)
  })

  it('marks the whole patch if it is too large', () => {
    const items = Array.from({ length: 5000 }, () => '1')
    const text = ` { "a": [${items.join()}] }`
    expect(markedIn(text)).toBe(text.trim())
  })

  it.each(['[1]', '7', 'null'])('asks for an object instead of %s', (text) => {
    expect(readPatch(text)).toMatchObject({ problem: { message: expect.stringContaining('a patch is an object') } })
  })

  it('asks for an object instead of an empty text', () => {
    expect(readPatch(' \n')).toMatchObject({ problem: { offset: 0, message: 'write a JSON object' } })
  })

  it('passes on an unexpected error of the check', () => {
    const check = (): never => {
      throw new Error('a bug')
    }
    expect(() => readPatch('{}', check)).toThrow('a bug')
  })
})

function markedIn(text: string): string | undefined {
  const read = readPatch(text, checkPatch)
  if (read.type === 'patch') return undefined
  const { offset, length } = read.problem
  return text.slice(offset, offset + length)
}
