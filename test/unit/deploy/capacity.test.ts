import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { simulateDay } from '../../../deploy/capacity/day.ts'
import { limitsOf } from '../../../node-demo/fleet/tier-limits.ts'
import { type Fleet, herdOf, loadOf, planOf, renewalIntervalInMinutes } from '../../../deploy/capacity/plan.ts'
import { DEFAULT_FLEET, loadTable, planTable, SIZES } from '../../../deploy/capacity/tables.ts'

const FLEET: Fleet = {
  kiosks: 10_000,
  passwordMinutes: 60,
  reportsPerHour: 12,
  desiredPerDay: 1,
  lossesPerDay: 0,
  minutesToRecover: 60,
}
const SERVICE = { passwordsPerSecondAndInstance: 100 }

describe('the load of a fleet', () => {
  it.each([
    [60, 45],
    [20, 10],
    [1440, 1425],
  ])('a password of %d minutes is renewed after %d minutes', (lifetime, interval) => {
    expect(renewalIntervalInMinutes(lifetime)).toBe(interval)
  })

  it('has a connection and a twin read for each password', () => {
    const load = loadOf({ ...FLEET, kiosks: 2_700 })
    expect(load.passwordsPerHour).toBeCloseTo(3_600)
    expect(load.connectionsPerSecond).toBeCloseTo(1)
    expect(load.twinReadsPerSecond).toBeCloseTo(1)
  })

  it('counts twin reads, reports, and both messages of a desired change', () => {
    expect(loadOf({ ...FLEET, kiosks: 1 }).messagesPerDay).toBe(32 + 24 * 12 + 2)
  })
})

describe('the herd after an outage', () => {
  const limits = limitsOf({ tier: 'S1', units: 1 })
  it.each([
    [1_000, 50, { seconds: 20, limit: 'token service' }],
    [1_000, 500, { seconds: 10, limit: 'new connections' }],
  ])('%d kiosks with %d passwords per second take as long as the slowest part', (kiosks, passwords, herd) => {
    expect(herdOf(kiosks, limits, passwords)).toMatchObject(herd)
  })
})

describe('the plan of a fleet', () => {
  it('has two instances at least, and units for the messages of a day', () => {
    expect(planOf(FLEET, 'S1', SERVICE)).toMatchObject({ type: 'fits', units: 9, instances: 2 })
  })

  it('has more instances when a tenth of an hour has to suffice after an outage', () => {
    expect(planOf({ ...FLEET, kiosks: 100_000, minutesToRecover: 6 }, 'S3', SERVICE)).toMatchObject({ instances: 6 })
  })

  it('names the limit that no number of units lifts', () => {
    expect(planOf({ ...FLEET, kiosks: 100_000 }, 'S1', SERVICE)).toMatchObject({
      type: 'too small',
      limit: 'twin updates',
    })
    expect(planOf({ ...FLEET, kiosks: 2_000_000 }, 'S3', SERVICE)).toMatchObject({ limit: 'devices of a hub' })
  })

  it('allows the keys of the devices only within the limit of the registry', () => {
    expect(planOf({ ...FLEET, kiosks: 1_000 }, 'S1', SERVICE)).toMatchObject({ allowsDeviceKeys: true })
    expect(planOf(FLEET, 'S2', SERVICE)).toMatchObject({ units: 1, allowsDeviceKeys: false })
  })

  it('is a table with a row for each size and tier', () => {
    const { kiosks, ...each } = FLEET
    expect(planTable([kiosks], each, SERVICE).split('\n')).toHaveLength(2 + 3)
  })

  it('is in the guide as the script prints it', () => {
    const guide = readFileSync(new URL('../../../docs/guides/deploy.md', import.meta.url), 'utf8')
    const squeezed = (text: string): string => text.replaceAll(/[ -]+/g, ' ')
    for (const table of [loadTable(SIZES, DEFAULT_FLEET), planTable(SIZES, DEFAULT_FLEET, SERVICE)])
      expect(squeezed(guide)).toContain(squeezed(table))
  })

  it('refuses units that a tier does not have', () => {
    expect(() => limitsOf({ tier: 'S3', units: 11 })).toThrow('S3 has 1 to 10 units, not 11')
  })
})

describe('a simulated day', () => {
  const outage = { at: 43_200, seconds: 600, passwordsPerSecond: 50, connectionsPerSecond: 100 }
  /** A generator with a fixed seed (a linear congruence), so that each run is the same. */
  function seeded(): () => number {
    let state = 1
    return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  }

  it('gives each kiosk its 32 passwords, and spreads them over the day', () => {
    const day = simulateDay({ ...FLEET, kiosks: 1_000 }, outage, seeded())
    expect(day.passwords).toBeGreaterThan(31 * 1_000)
    expect(day.passwords).toBeLessThan(34 * 1_000)
    expect(day.busiestSecond).toBeLessThan(10)
  })

  it('never gives more passwords in a second than the service can, and brings every kiosk back', () => {
    const day = simulateDay({ ...FLEET, kiosks: 1_000 }, outage, seeded())
    expect(day.busiestSecondOfHerd).toBeLessThanOrEqual(50)
    expect(day.recoveryInSeconds).toBeGreaterThanOrEqual(1_000 / 50)
    expect(day.recoveryInSeconds).toBeLessThan(300)
  })
})
