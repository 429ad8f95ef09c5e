import { describe, expect, it } from 'vitest'
import { loadOf, messagesPerDay, recoveryInSeconds, verdictOf } from '../../../bench/load-by-tier/load.ts'
import { tierTable } from '../../../bench/load-by-tier/tables.ts'
import { limitsOf } from '../../../node-demo/fleet/tier-limits.ts'

const QUIET = {
  devices: 3600,
  reportsPerHour: 0,
  desiredPerDay: 0,
  connectsPerDay: 0,
  telemetryPerHour: 0,
  bytes: 100,
  twinBytes: 100,
  minutesToRecover: 60,
}

describe('loadOf', () => {
  it('counts reports and desired changes as twin updates, and connections as twin reads too', () => {
    const fleet = { ...QUIET, reportsPerHour: 2, desiredPerDay: 24, connectsPerDay: 48, telemetryPerHour: 5 }
    expect(loadOf(fleet)).toEqual({ twinUpdates: 3, connections: 2, twinReads: 2, telemetry: 5 })
  })
})

describe('messagesPerDay', () => {
  it('counts a desired change twice, and a connection as the read of its twin', () => {
    const fleet = { ...QUIET, devices: 10, reportsPerHour: 1, desiredPerDay: 3, connectsPerDay: 5, telemetryPerHour: 2 }
    expect(messagesPerDay(fleet, 4096)).toBe(10 * (24 + 6 + 5 + 48))
  })

  it('counts every started 4 KB', () => {
    const fleet = { ...QUIET, devices: 1, reportsPerHour: 1, connectsPerDay: 1, bytes: 4097, twinBytes: 8193 }
    expect(messagesPerDay(fleet, 4096)).toBe(2 * 24 + 3)
    expect(messagesPerDay({ ...fleet, bytes: 4096, twinBytes: 0 }, 4096)).toBe(24 + 1)
  })
})

describe('recoveryInSeconds', () => {
  it('takes as long as connections or twin reads need for all devices', () => {
    expect(recoveryInSeconds(100_000, limitsOf({ tier: 'S1', units: 1 }))).toBe(1000)
    expect(recoveryInSeconds(1_000_000, limitsOf({ tier: 'S3', units: 2 }))).toBe(1000)
    expect(recoveryInSeconds(1, limitsOf({ tier: 'F1', units: 1 }))).toBe(1)
  })
})

describe('verdictOf', () => {
  it('finds the fewest units, and the limit that demands them', () => {
    const fleet = { ...QUIET, devices: 100_000, reportsPerHour: 12 }
    expect(verdictOf(fleet, 'S2')).toMatchObject({ type: 'fits', units: 67, binding: 'twinUpdates' })
    expect(verdictOf({ ...QUIET, devices: 10_000, reportsPerHour: 12 }, 'S1')).toMatchObject({
      type: 'fits',
      units: 8,
      binding: 'messagesPerDay',
    })
  })

  it('names the limit that the most units of a tier do not reach', () => {
    const fleet = { ...QUIET, devices: 1_000_000, reportsPerHour: 12 }
    const verdict = verdictOf(fleet, 'S1')
    expect(verdict).toMatchObject({ type: 'too small', limit: 'twinUpdates' })
    expect(verdict.type === 'too small' && Math.round(verdict.figures.throttledPerSecond)).toBe(3283)
  })

  it('counts the herd after an outage', () => {
    const fleet = { ...QUIET, devices: 100_000, connectsPerDay: 1, minutesToRecover: 5 }
    expect(verdictOf(fleet, 'S1')).toMatchObject({ type: 'too small', limit: 'recovery' })
    // 34 units read 340 twins per second.
    expect(verdictOf(fleet, 'S2')).toMatchObject({ type: 'fits', units: 34, binding: 'recovery' })
  })

  it('lets the basic tiers carry telemetry only', () => {
    expect(verdictOf({ ...QUIET, reportsPerHour: 1 }, 'B1')).toEqual({ type: 'no twins' })
    expect(verdictOf({ ...QUIET, telemetryPerHour: 60 }, 'B2')).toMatchObject({ type: 'fits', units: 1 })
  })

  it('limits the devices of a hub', () => {
    expect(verdictOf({ ...QUIET, devices: 501 }, 'F1')).toEqual({ type: 'too many devices' })
    expect(verdictOf({ ...QUIET, devices: 1_000_001 }, 'S3')).toEqual({ type: 'too many devices' })
  })
})

describe('tierTable', () => {
  it('joins neighboring tiers with equal cells', () => {
    const { devices, ...each } = { ...QUIET, reportsPerHour: 1 }
    expect(tierTable([devices], each)).toContain('| 3,600 | B1 to B3 | none | no twins |')
  })
})
