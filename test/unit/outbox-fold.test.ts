import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergePatch } from '../support/merge-patch.ts'
import { freezeJson, type JsonObject } from '../../core/src/protocol/json.ts'
import { foldPatch } from '../../core/src/twin/outbox/fold.ts'
import { anyPatch, anySection, text } from './patch-arbitraries.ts'

describe('foldPatch()', () => {
  test('has the effect of both patches, in order', () => {
    let folds = 0
    fc.assert(
      fc.property(anySection, fc.array(anyPatch, { minLength: 2, maxLength: 5 }), (target, patches) => {
        const [first, ...others] = patches.map((patch) => freezeJson(patch)) as [JsonObject, ...JsonObject[]]
        let fold: JsonObject = first
        const added = [first]
        for (const patch of others) {
          const folded = foldPatch(fold, patch)
          if (folded === undefined) continue
          fold = folded
          added.push(patch)
        }
        folds += added.length - 1
        expect(text(mergePatch(target, fold))).toBe(text(added.reduce(mergePatch, target)))
      }),
    )
    expect(folds).toBeGreaterThan(20)
  })

  test.each<[string, JsonObject]>([
    ['a deletion', { a: null, b: 1 }],
    ['a scalar', { a: 1, b: 1 }],
    ['an array', { a: [1], b: 1 }],
    ['a deletion deeper', { a: { b: null }, b: 1 }],
  ])('does not fold an object onto %s, and changes nothing', (_, first) => {
    const fold = { ...first }
    expect(foldPatch(fold, { b: 2, a: { b: { c: 1 } } })).toBeUndefined()
    expect(fold).toEqual(first)
  })

  test('folds an object at a new key, and keeps its deletions', () => {
    expect(foldPatch({ a: 1 }, { b: { c: 1, d: null } })).toEqual({ a: 1, b: { c: 1, d: null } })
  })

  test('folds into the same object, and copies a frozen object', () => {
    const own: JsonObject = { a: freezeJson({ b: 1 }), e: {} }
    const { a, e } = own
    expect(foldPatch(own, freezeJson({ a: { c: 2 }, e: { f: 1 } }))).toBe(own)
    expect(own).toEqual({ a: { b: 1, c: 2 }, e: { f: 1 } })
    expect([a, own['e'] === e]).toEqual([{ b: 1 }, true])
  })
})
