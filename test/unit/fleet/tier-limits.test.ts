import { describe, expect, it } from 'vitest'
import { ratesOf, type Tier as EmulatorTier } from '../../../emulator/src/throttling/tier.ts'
import { connectRateOf, limitsOf, MAX_UNITS, TIERS } from '../../../node-demo/fleet/tier-limits.ts'

const EMULATED: readonly EmulatorTier[] = ['F1', 'S1', 'S2', 'S3']

describe('limitsOf', () => {
  it.each(EMULATED)('agrees with the throttles of the local hub for every number of units of %s', (tier) => {
    for (let units = 1; units <= MAX_UNITS[tier]; units++) {
      const rates = ratesOf({ tier, units })
      const { connections, telemetry, twinReads, twinUpdates } = limitsOf({ tier, units })
      expect({ connections, telemetry, twinReads, twinUpdates }).toEqual({
        connections: rates.connections.amount,
        telemetry: rates.telemetry.amount,
        twinReads: rates.twinReads.amount,
        twinUpdates: rates.twinUpdates.amount,
      })
    }
  })

  it.each([
    ['F1', 1, 8000],
    ['B1', 3, 1_200_000],
    ['S2', 2, 12_000_000],
    ['S3', 10, 3_000_000_000],
  ] as const)('gives %s with %i units %i messages per day', (tier, units, messagesPerDay) => {
    expect(limitsOf({ tier, units }).messagesPerDay).toBe(messagesPerDay)
  })

  it('gives the basic tiers no twins', () => {
    expect(TIERS.filter((tier) => limitsOf({ tier, units: 1 }).twinReads === 0)).toEqual(['B1', 'B2', 'B3'])
  })

  it.each([
    ['F1', 2],
    ['S3', 11],
    ['S1', 0],
    ['S1', 1.5],
  ] as const)('refuses %s with %d units', (tier, units) => {
    expect(() => limitsOf({ tier, units })).toThrow(RangeError)
  })
})

describe('connectRateOf', () => {
  it('is the lower of connections and twin reads, where there are twins', () => {
    expect(connectRateOf(limitsOf({ tier: 'S3', units: 1 }))).toBe(500)
    expect(connectRateOf(limitsOf({ tier: 'S1', units: 20 }))).toBe(100)
    expect(connectRateOf(limitsOf({ tier: 'B3', units: 1 }))).toBe(6000)
  })
})
