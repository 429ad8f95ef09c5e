import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeOf, readJson, type TextFault } from '../../../web-demo/src/simulator/report/json-fault.ts'
import { locateLimit } from '../../../web-demo/src/simulator/report/limit-fault.ts'

describe('readJson', () => {
  it.each([
    ['', 0, 'the text ends where a value should be'],
    ['{ "a": 1', 8, 'the text ends where a } should be'],
    ['[1', 2, 'the text ends where a ] should be'],
    ['{ "a": 1, }', 10, 'a key in double quotes should be here, not }'],
    ['{ a: 1 }', 2, 'a text in double quotes, a number, true, false or null should be here, not a'],
    ['{ "a" 17 }', 6, 'a colon should be here, not 17'],
    ['{ "a": 1 "b": 2 }', 9, 'a comma should be here, not "b"'],
    ['{ "a": True }', 7, 'a text in double quotes, a number, true, false or null should be here, not True'],
    ['{ "a": "b }', 7, 'this text has no closing quote'],
    ['{ "a": "\\x" }', 7, 'this text has an escape that JSON does not know'],
    ['{ "a": "\t" }', 7, 'this text has a character that has to be escaped'],
    ['{ "a": 1, "a": 2 }', 10, 'the key a is here a second time'],
    ['{ "a": { "b": 1, "b": 2 } }', 17, 'the key b is here a second time'],
    ['{} {}', 3, 'the end should be here, not {'],
    ['[1,\u00A02]', 3, 'a text in double quotes, a number, true, false or null should be here, not \u00A02'],
  ])('finds in %j at %i that %s', (text, offset, message) => {
    expect(faultIn(text)).toMatchObject({ offset, message })
  })

  it('says of a text nested beyond all measure that it is, and does not fall over', () => {
    expect(faultIn('['.repeat(100_000))).toBeDefined()
  })

  it('agrees with JSON.parse about what is JSON, whatever is done to a text', () => {
    const edit = fc.record({
      at: fc.nat(200),
      remove: fc.nat(3),
      add: fc.string({ maxLength: 2, unit: fc.constantFrom(...'{}[]":,-+.0e1\\ tn\n\u00A0\uFEFF/*'.split('')) }),
    })
    fc.assert(
      fc.property(fc.json(), fc.array(edit, { maxLength: 2 }), (json, edits) => {
        const text = edits.reduce((all, { at, remove, add }) => all.slice(0, at) + add + all.slice(at + remove), json)
        const fault = faultIn(text)
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

describe('locateLimit', () => {
  it.each([
    ['{ "a": { "b": 9007199254740993 } }', 'patch.a.b is 9007199254740992; the hub takes …', '9007199254740993'],
    ['{ "a": [1, { "b": "x" }] }', 'patch.a[1].b is a string of …', '"x"'],
    ['{ "a": { "x.y": 1 } }', 'patch.a has the key "x.y" with the character …', '"x.y"'],
    ['{ "a": { "b": {} } }', 'patch.a.b is an object 11 levels deep …', '{}'],
    ['{ "a": 1 }', 'patch has a size of 40000; …', '{ "a": 1 }'],
  ])('finds in %s what "%s" is about', (text, message, place) => {
    const read = readJson(text)
    if (read.type === 'fault') throw new Error(read.fault.message)
    const { offset, length } = locateLimit(read.root, message)
    expect(text.slice(offset, offset + length)).toBe(place)
  })
})

function faultIn(text: string): TextFault | undefined {
  const read = readJson(text)
  return read.type === 'fault' ? read.fault : undefined
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
