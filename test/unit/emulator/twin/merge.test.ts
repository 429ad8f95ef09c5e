import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { merge, replacementPatch } from '../../../../emulator/src/twin/merge.ts'

const { vectors } = JSON.parse(readFileSync(new URL('../../../vectors/patches.json', import.meta.url), 'utf8')) as {
  vectors: { name: string; target: JsonObject; patch: JsonObject; result: JsonObject }[]
}

describe('merge()', () => {
  test.each(vectors)('$name', ({ target, patch, result }) => {
    // Compares texts, because a comparison of values would ignore `__proto__`.
    expect(JSON.stringify(sorted(merge(target, patch)))).toBe(JSON.stringify(sorted(result)))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('changes neither the target nor the patch', () => {
    const target = { a: { b: 1 } }
    const patch = { a: { b: null, c: 2 } }
    expect(merge(target, patch)).toStrictEqual({ a: { c: 2 } })
    expect([target, patch]).toStrictEqual([{ a: { b: 1 } }, { a: { b: null, c: 2 } }])
  })

  test('removes the nulls of an object that replaces another value', () => {
    expect(merge({ a: 1, b: [1] }, { a: { x: null, y: 1 }, b: { z: null } })).toStrictEqual({ a: { y: 1 }, b: {} })
  })
})

describe('replacementPatch()', () => {
  test.each([
    ['names every key of the new document', { a: 1 }, { a: 1, b: 2 }, { a: 1, b: 2 }],
    ['has null for removed keys', { a: 1, b: 2 }, {}, { a: null, b: null }],
    ['has null for removed keys below', { a: { b: 1, c: 2 } }, { a: { c: 2 } }, { a: { b: null, c: 2 } }],
    ['replaces an object by a value', { a: { b: 1 } }, { a: 1 }, { a: 1 }],
    ['replaces an object by an array', { a: { b: 1 } }, { a: [1] }, { a: [1] }],
    ['replaces a value by an object', { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['treats the names of Object.prototype as data', {}, { toString: { b: 1 } }, { toString: { b: 1 } }],
    ['removes a key that Object.prototype has', { toString: 1 }, {}, { toString: null }],
  ])('%s', (_name, old, next, patch) => {
    expect(replacementPatch(old as JsonObject, next as JsonObject)).toStrictEqual(patch)
  })
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, sorted(each)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
