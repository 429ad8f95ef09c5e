import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { difference, foldPatches, mergePatch, parsePath, patchAt, valueAt } from '../../core/src/protocol/document.ts'
import { freezeJson, type JsonObject, type JsonValue } from '../../core/src/protocol/json.ts'
import vectors from '../vectors/patches.json' with { type: 'json' }

// Few keys, so that patches meet; with names that are dangerous on a plain object.
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString')
const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(''), fc.array(fc.constantFrom(1, 2)))
const objectOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as JsonObject)
const anySection = fc.letrec((tie) => ({
  section: objectOf(fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('section'))),
})).section
const anyPatch = fc.letrec((tie) => ({
  patch: objectOf(fc.oneof({ depthSize: 'small' }, leaf, fc.constant(null), tie('patch'))),
})).patch

const text = (value: JsonValue | undefined): string => JSON.stringify(sorted(value ?? null))
function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as JsonValue[]).map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  )
}

describe('mergePatch()', () => {
  test.each(vectors.vectors)('$name', ({ target, patch, result }) => {
    // Through text, as the names of Object.prototype are only data when JSON.parse makes them.
    const merged = mergePatch(JSON.parse(JSON.stringify(target)), JSON.parse(JSON.stringify(patch)))
    expect(text(merged)).toBe(text(result as JsonObject))
  })

  test('never touches a prototype', () => {
    mergePatch({}, JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('shares what did not change and writes to nothing', () => {
    const target = freezeJson({ kept: { deep: 1 }, changed: { a: 1 } })
    const merged = mergePatch(target, freezeJson({ changed: { b: 2 } }))
    expect(merged['kept']).toBe(target.kept)
    expect(Object.isFrozen(merged)).toBe(true)
  })
})

describe('difference()', () => {
  test('makes the second section of the first', () => {
    fc.assert(
      fc.property(anySection, anySection, (from, to) => {
        expect(text(mergePatch(from, difference(from, to)))).toBe(text(to))
      }),
    )
  })

  test('is empty between equals', () => {
    fc.assert(
      fc.property(anySection, (value) => {
        expect(difference(value, JSON.parse(JSON.stringify(value)))).toEqual({})
      }),
    )
  })
})

describe('foldPatches()', () => {
  test('does what both patches do in turn, or says that no patch can', () => {
    let folds = 0
    fc.assert(
      fc.property(anySection, anyPatch, anyPatch, (target, first, second) => {
        const folded = foldPatches(first, second)
        if (folded === undefined) return
        folds++
        expect(text(mergePatch(target, folded))).toBe(text(mergePatch(mergePatch(target, first), second)))
      }),
    )
    expect(folds).toBeGreaterThan(20)
  })

  test.each([
    ['a deletion', { a: null }],
    ['a scalar', { a: 1 }],
    ['an array', { a: [1] }],
  ])('does not fold an object onto %s', (_, first) => {
    expect(foldPatches(first, { a: { b: 1 } })).toBeUndefined()
  })
})

describe('parsePath()', () => {
  test.each([
    ['', []],
    ['climate', ['climate']],
    ['climate.hvac.systemControl', ['climate', 'hvac', 'systemControl']],
    ['__proto__.toString', ['__proto__', 'toString']],
  ])('reads "%s"', (given, path) => {
    expect(parsePath(given)).toEqual(path)
  })

  test.each(['.', 'a.', '.a', 'a..b'])('refuses "%s", which has an empty key', (given) => {
    expect(() => parsePath(given)).toThrow(SyntaxError)
  })

  test.each([undefined, null, 7, {}])('refuses %s, which is no string', (given) => {
    expect(() => parsePath(given as string)).toThrow(TypeError)
  })
})

describe('valueAt()', () => {
  test('finds falsy values and no inherited ones', () => {
    const section = { off: { value: false, count: 0, text: '' }, list: ['x'] }
    expect(valueAt(section, ['off', 'value'])).toBe(false)
    expect(valueAt(section, ['off', 'count'])).toBe(0)
    expect(valueAt(section, ['off', 'text'])).toBe('')
    expect(valueAt(section, ['toString'])).toBeUndefined()
    expect(valueAt(section, ['__proto__', 'constructor'])).toBeUndefined()
    expect(valueAt(section, ['list', '0'])).toBeUndefined()
    expect(valueAt(section, [])).toBe(section)
  })
})

describe('patchAt()', () => {
  test.each<[string, JsonObject, string[], JsonValue | undefined]>([
    ['names the path', { a: { b: 1 } }, ['a', 'b'], 1],
    ['names something below', { a: { b: { c: 1 } } }, ['a', 'b'], { c: 1 }],
    ['deletes something above', { a: null }, ['a', 'b'], null],
    ['replaces something above', { a: 5 }, ['a', 'b'], null],
    ['replaces something above by an array', { a: [1] }, ['a', 'b'], null],
    ['names a sibling', { a: { c: 1 } }, ['a', 'b'], undefined],
    ['names an empty object above', { a: {} }, ['a', 'b'], undefined],
    ['deletes the path', { a: { b: null } }, ['a', 'b'], null],
    ['is for everything', { a: 1 }, [], { a: 1 }],
  ])('of a patch that %s', (_, given, path, expected) => {
    expect(patchAt(given, path)).toEqual(expected)
  })
})
