import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergePatch } from '../../core/src/protocol/document.ts'
import type { JsonObject } from '../../core/src/protocol/json.ts'
import { createFold } from '../../core/src/twin/outbox/fold.ts'
import { anyPatch, anySection, text } from './patch-arbitraries.ts'

describe('createFold()', () => {
  test('has the effect of all its patches in order', () => {
    let folded = 0
    fc.assert(
      fc.property(anySection, fc.array(anyPatch, { minLength: 1, maxLength: 5 }), (target, patches) => {
        const [first, ...others] = patches as [JsonObject, ...JsonObject[]]
        const fold = createFold(first)
        const added = [first, ...others.filter((patch) => fold.add(patch))]
        folded += added.length - 1
        expect(text(mergePatch(target, fold.patch()))).toBe(text(added.reduce(mergePatch, target)))
      }),
    )
    expect(folded).toBeGreaterThan(20)
  })

  test.each<[string, JsonObject]>([
    ['a deletion', { a: null, b: 1 }],
    ['a scalar', { a: 1, b: 1 }],
    ['an array', { a: [1], b: 1 }],
    ['a deletion deeper', { a: { b: null }, b: 1 }],
  ])('does not fold an object onto %s, and stays as it is', (_, first) => {
    const fold = createFold(first)
    expect(fold.add({ b: 2, a: { b: { c: 1 } } })).toBe(false)
    expect(fold.patch()).toEqual(first)
  })

  test('folds an object at a new key', () => {
    const fold = createFold({ a: 1 })
    expect([fold.add({ b: { c: 1 } }), fold.patch()]).toEqual([true, { a: 1, b: { c: 1 } }])
  })

  test('folds several patches into the same object', () => {
    const fold = createFold({ a: { b: 1 } })
    expect([fold.add({ a: { c: 2 } }), fold.add({ a: { d: 3 } })]).toEqual([true, true])
    expect(fold.patch()).toEqual({ a: { b: 1, c: 2, d: 3 } })
  })

  test('freezes the patch', () => {
    const fold = createFold({ a: { b: 1 } })
    fold.add({ a: { c: 2 } })
    expect(Object.isFrozen(fold.patch()) && Object.isFrozen(fold.patch()['a'])).toBe(true)
  })
})
