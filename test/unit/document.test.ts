import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPatch, difference, inversePatch, parsePath, patchAt, valueAt } from '../../core/src/protocol/document.ts'
import { mergePatch } from '../support/merge-patch.ts'
import { freezeJson, type JsonObject, type JsonValue } from '../../core/src/protocol/json.ts'
import { anyPatch, anySection, text } from './patch-arbitraries.ts'
import vectors from '../vectors/patches.json' with { type: 'json' }

describe('applyPatch()', () => {
  test.each(vectors.vectors)('$name', ({ target, patch, result }) => {
    // Compares through JSON text, because only JSON.parse makes the names of Object.prototype plain
    // data.
    const merged = applyPatch(JSON.parse(JSON.stringify(target)), JSON.parse(JSON.stringify(patch)))
    expect(text(merged)).toBe(text(result as JsonObject))
  })

  test('never touches a prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')
    const target = {}
    applyPatch(applyPatch(target, hostile), hostile)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(JSON.stringify(target)).toBe(JSON.stringify(hostile))
  })

  test('changes an object in place, but copies a frozen object', () => {
    const target = { ...freezeJson({ kept: { deep: 1 }, copied: { a: 1 } }), changed: { a: 1 } as JsonObject }
    const { kept, copied, changed } = target
    const merged = applyPatch(target, freezeJson({ copied: { b: 2 }, changed: { b: 2 } }))
    expect(merged).toBe(target)
    expect([merged['kept'], merged['changed']]).toEqual([kept, changed])
    expect([merged['kept'] === kept, merged['copied'] === copied, merged['changed'] === changed]).toEqual([
      true,
      false,
      true,
    ])
    expect([copied, changed]).toEqual([{ a: 1 }, { a: 1, b: 2 }])
  })

  test('shares the unchanged parts of a frozen target', () => {
    const target = freezeJson({ kept: { deep: 1 }, changed: { a: 1 } })
    const merged = applyPatch(target, freezeJson({ changed: { b: 2 } }))
    expect(merged['kept']).toBe(target.kept)
    expect(target).toEqual({ kept: { deep: 1 }, changed: { a: 1 } })
  })
})

describe('inversePatch()', () => {
  test('takes back any patch', () => {
    fc.assert(
      fc.property(anySection, anyPatch, (section, patch) => {
        expect(text(mergePatch(mergePatch(section, patch), inversePatch(section, patch)))).toBe(text(section))
      }),
    )
  })

  test('names only the keys of the patch', () => {
    expect(inversePatch({ a: { x: 1, y: 1 }, b: 1 }, { a: { x: 2, z: 3 }, c: 4, d: null })).toEqual({
      a: { x: 1, z: null },
      c: null,
      d: null,
    })
  })
})

describe('difference()', () => {
  test('turns the first section into the second', () => {
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

  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['an array of the same length', { list: [1, 2] }, { list: [1, 3] }, { list: [1, 3] }],
    ['a shorter array', { list: [1, 2] }, { list: [1] }, { list: [1] }],
    ['a longer array', { list: [1] }, { list: [1, 2] }, { list: [1, 2] }],
    ['an equal array', { list: [1, [2]] }, { list: [1, [2]] }, {}],
    ['an array of equal objects', { list: [{ a: 1, b: 2 }] }, { list: [{ b: 2, a: 1 }] }, {}],
    ['an object with another value in an array', { list: [{ a: 1 }] }, { list: [{ a: 2 }] }, { list: [{ a: 2 }] }],
    ['an object with another key in an array', { list: [{ a: 1 }] }, { list: [{ b: 1 }] }, { list: [{ b: 1 }] }],
    [
      'an object with an inherited key in an array',
      { list: [{ a: 1 }] },
      { list: [{ valueOf: 1 }] },
      { list: [{ valueOf: 1 }] },
    ],
    [
      'an object with more keys in an array',
      { list: [{ a: 1 }] },
      { list: [{ a: 1, b: 2 }] },
      { list: [{ a: 1, b: 2 }] },
    ],
    ['an object with fewer keys in an array', { list: [{ a: 1, b: 2 }] }, { list: [{ a: 1 }] }, { list: [{ a: 1 }] }],
    ['an array in place of an object', { list: [{}] }, { list: [[]] }, { list: [[]] }],
    ['a number in place of a text', { value: '1' }, { value: 1 }, { value: 1 }],
  ])('treats %s as a single value', (_, from, to, patch) => {
    expect(difference(from, to)).toEqual(patch)
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
    expect(() => parsePath(given)).toThrow(`Path "${given}" has an empty key; write keys joined by single dots`)
  })

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, 'a number'],
    [{}, 'an object'],
  ])('refuses %s, which is no string', (given, type) => {
    expect(() => parsePath(given as string)).toThrow(new TypeError(`Path is ${type}, not a string`))
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
