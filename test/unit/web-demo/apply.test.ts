import fc from 'fast-check'
import type { JsonObject, JsonValue } from 'hubtwin'
import { describe, expect, it } from 'vitest'
import { deletionsIn, joinPatches, patchToApply } from '../../../web-demo/src/simulator/report/apply.ts'
import { compareRows, compareTwin, countDifferences } from '../../../web-demo/src/simulator/twin/compare.ts'

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
  it('makes reported say all that desired says, and is empty then', () => {
    fc.assert(
      fc.property(section, section, (desired, reported) => {
        const after = merge(reported, patchToApply(desired, reported))
        expect(patchToApply(desired, after)).toEqual({})
        expect(countDifferences(compareTwin(desired, after))).toBe(0)
      }),
    )
  })

  it('leaves alone what only the device has', () => {
    expect(patchToApply({ a: { b: 1 } }, { a: { b: 0, c: 5 }, d: 6 })).toEqual({ a: { b: 1 } })
  })
})

describe('deletionsIn', () => {
  it('deletes what the device had reported, and nothing else', () => {
    const patch = { a: { b: null, x: null }, c: null, d: null }
    expect(deletionsIn(patch, { a: {}, d: 1 }, { a: { b: 1 }, c: { e: 1 }, d: 1 })).toEqual({ a: { b: null }, c: null })
  })
})

describe('compareTwin', () => {
  it('has each property once, in the order of compareRows, whichever section it comes from', () => {
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

/** The hub's merge, written anew. */
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
  it('gives a key that both have to the second, and goes into objects', () => {
    expect(joinPatches({ a: { b: null, c: null }, d: null }, { a: { b: 1 }, e: 2 })).toEqual({
      a: { b: 1, c: null },
      d: null,
      e: 2,
    })
  })
})

describe('patchToApply with acknowledgements', () => {
  it('acknowledges every value once, and reads as applied then', () => {
    fc.assert(
      fc.property(section, section, (desired, reported) => {
        const after = merge(reported, patchToApply(desired, reported, 7))
        expect(patchToApply(desired, after, 7)).toEqual({})
        expect(patchToApply(desired, after)).toEqual({})
        expect(countDifferences(compareTwin(desired, after))).toBe(0)
      }),
    )
  })

  it('goes from bare values to acknowledged ones and back, and leaves nothing of the other behind', () => {
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

  it('writes value, code, version and words, leaves the mark of a component, and replaces an object whole', () => {
    expect(patchToApply({ a: { __t: 'c', b: 1 }, c: 2 }, { c: { old: true } }, 7)).toEqual({
      a: { __t: 'c', b: { value: 1, ac: 200, av: 7, ad: 'applied' } },
      c: { old: null, value: 2, ac: 200, av: 7, ad: 'applied' },
    })
  })
})
