import { describe, expect, test } from 'vitest'
import {
  type Tier,
  concurrentJobs,
  maxConfigurations,
  ratesOf,
  TIERS,
} from '../../../../emulator/src/throttling/tier.ts'

/** The amounts of docs/protocol/device.md §6, in the order of `ratesOf`. */
function amounts(tier: Tier, units: number): number[] {
  return Object.values(ratesOf({ tier, units })).map(({ amount }) => amount)
}

describe('ratesOf()', () => {
  test.each<[Tier, number, number[]]>([
    ['F1', 1, [100, 100, 100, 100, 160, 20, 100, 50, 100, 10, 20]],
    ['S1', 1, [100, 100, 100, 100, 160, 20, 100, 50, 100, 10, 20]],
    ['S1', 10, [1000, 120, 120, 1000, 1600, 200, 100, 50, 1000, 10, 200]],
    ['S2', 1, [100, 120, 120, 100, 480, 20, 100, 50, 100, 10, 20]],
    ['S2', 20, [2000, 2400, 2400, 2000, 9600, 400, 200, 100, 2000, 20, 400]],
    ['S3', 1, [5000, 6000, 6000, 5000, 24_576, 1000, 500, 250, 5000, 50, 20]],
    ['S3', 2, [10_000, 12_000, 12_000, 10_000, 49_152, 2000, 1000, 500, 10_000, 100, 40]],
  ])('of %s with %d units are %j', (tier, units, expected) => {
    const rates = ratesOf({ tier, units })
    expect(amounts(tier, units)).toEqual(expected)
    const perMinute = ['registry', 'cloudMessages', 'queries', 'jobs', 'configurations']
    for (const [name, { inSeconds }] of Object.entries(rates)) {
      expect([name, inSeconds]).toEqual([name, perMinute.includes(name) ? 60 : 1])
    }
    expect(Object.keys(rates).join(' ')).toBe(
      'registry connections telemetry cloudMessages methods queries twinReads twinUpdates jobs jobDevices configurations',
    )
  })

  test('accepts 200 units of a paid tier, and a single unit of F1', () => {
    expect(() => ratesOf({ tier: 'S1', units: 200 })).not.toThrow()
    expect(() => ratesOf({ tier: 'F1', units: 1 })).not.toThrow()
  })

  test.each<[Tier, number, string]>([
    ['B1' as Tier, 1, 'tier must be F1, S1, S2, S3, not B1'],
    ['S1', 0, 'units must be a whole number from 1 to 200, not 0'],
    ['S1', 201, 'units must be a whole number from 1 to 200, not 201'],
    ['S2', 1.5, 'units must be a whole number from 1 to 200, not 1.5'],
    ['F1', 2, 'units must be a whole number from 1 to 1, not 2'],
  ])('refuses %s with %d units', (tier, units, message) => {
    expect(() => ratesOf({ tier, units })).toThrow(new RangeError(message))
  })
})

test('a tier limits the number of concurrent jobs and of configurations', () => {
  expect(TIERS.map(concurrentJobs)).toEqual([1, 1, 5, 10])
  expect([...TIERS, undefined].map(maxConfigurations)).toEqual([10, 100, 100, 100, 100])
})
