import fc from 'fast-check'
import type { JsonObject, JsonValue } from 'hubtwin'
import { describe, expect, it } from 'vitest'
import { deletionsIn, joinPatches, patchToApply } from '../../../web-demo/src/simulator/report/patch-to-apply.ts'
import { compareRows, compareTwin, countDifferences } from '../../../web-demo/src/simulator/twin/compare-twin.ts'

const key = fc.constantFrom('a', 'b', 'c', 'a1', 'a10', 'a2')
const leaf = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constantFrom('', 'x'),
  fc.constant([1, { a: 2 }]),
)
const { section } = fc.letrec<{ section: JsonObject; value: JsonValue }>((tie) => ({
  section: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('section')),
}))

describe('patchToApply', () => {
  it('copies desired into reported, and is empty afterwards', () => {
    fc.assert(
      fc.property(section, section, (desired, reported) => {
        const after = merge(reported, patchToApply(desired, reported))
        expect(patchToApply(desired, after)).toEqual({})
        expect(countDifferences(compareTwin(desired, after))).toBe(0)
      }),
    )
  })

  it('leaves the properties that only the device sets', () => {
    expect(patchToApply({ a: { b: 1 } }, { a: { b: 0, c: 5 }, d: 6 })).toEqual({ a: { b: 1 } })
  })
})

describe('deletionsIn', () => {
  it('deletes only properties that the device reported', () => {
    const patch = { a: { b: null, x: null }, c: null, d: null }
    expect(deletionsIn(patch, { a: {}, d: 1 }, { a: { b: 1 }, c: { e: 1 }, d: 1 })).toEqual({ a: { b: null }, c: null })
  })
})

describe('compareTwin', () => {
  it('lists each property of both sections once, in the order of compareRows', () => {
    fc.assert(
      fc.property(section, section, (desired, reported) => {
        const rows = compareTwin(desired, reported)
        expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length)
        expect([...rows].sort(compareRows)).toEqual(rows)
        expect(compareTwin(reported, desired).map(({ path }) => path)).toEqual(rows.map(({ path }) => path))
      }),
    )
  })
})

/** The hub's merge, in a second implementation. */
function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...target }
  for (const [name, change] of Object.entries(patch)) {
    const before = merged[name]
    if (change === null) delete merged[name]
    else merged[name] = isObject(change) ? merge(isObject(before) ? before : {}, change) : change
  }
  return merged
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

describe('joinPatches', () => {
  it('prefers the second patch, and merges objects', () => {
    expect(joinPatches({ a: { b: null, c: null }, d: null }, { a: { b: 1 }, e: 2 })).toEqual({
      a: { b: 1, c: null },
      d: null,
      e: 2,
    })
  })
})

describe('patchToApply with acknowledgments', () => {
  it('acknowledges every value once, and then counts as applied', () => {
    fc.assert(
      fc.property(section, section, (desired, reported) => {
        const after = merge(reported, patchToApply(desired, reported, 7))
        expect(patchToApply(desired, after, 7)).toEqual({})
        expect(patchToApply(desired, after)).toEqual({})
        expect(countDifferences(compareTwin(desired, after))).toBe(0)
      }),
    )
  })

  it('switches between bare and acknowledged values, and leaves no trace of the other form', () => {
    fc.assert(
      fc.property(section, section, section, (first, second, reported) => {
        const acknowledged = merge(reported, patchToApply(first, reported, 7))
        const bare = merge(acknowledged, patchToApply(second, acknowledged))
        expect(countDifferences(compareTwin(second, bare))).toBe(0)
        const again = merge(bare, patchToApply(second, bare, 8))
        expect(patchToApply(second, again, 8)).toEqual({})
      }),
    )
  })

  it('writes value, code, version, and description, keeps component markers, and replaces objects completely', () => {
    expect(patchToApply({ a: { __t: 'c', b: 1 }, c: 2 }, { c: { old: true } }, 7)).toEqual({
      a: { __t: 'c', b: { value: 1, ac: 200, av: 7, ad: 'applied' } },
      c: { old: null, value: 2, ac: 200, av: 7, ad: 'applied' },
    })
  })
})
