import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSortedKeys } from '../../../../emulator/src/store/sorted-keys.ts'

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 3 })

test('sorted keys hold each added key once, in order, until it is removed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), key), { maxLength: 30 }), key, (steps, probe) => {
      const keys = createSortedKeys()
      const expected = new Set<string>()
      for (const [isAdded, each] of steps) {
        if (isAdded) {
          keys.add(each)
          expected.add(each)
        } else {
          keys.remove(each)
          expected.delete(each)
        }
      }
      const sorted = [...expected].sort()
      expect(keys.size).toBe(sorted.length)
      expect([...keys.after(undefined)]).toEqual(sorted)
      expect([...keys.after(probe)]).toEqual(sorted.filter((each) => each > probe))
      expect([...keys.startingWith(probe)]).toEqual(sorted.filter((each) => each.startsWith(probe)))
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('sorted keys are empty after clear()', () => {
  const keys = createSortedKeys()
  keys.add('a')
  keys.clear()
  expect([keys.size, [...keys.after(undefined)]]).toEqual([0, []])
})
