import { describe, expect, it } from 'vitest'
import { readTarget } from '../../bench/user/src/connection-string.ts'
import { readOptions } from '../../bench/user/src/options.ts'
import { costOf } from '../../bench/user/src/plan.ts'
import { figuresOf } from '../../bench/user/src/result.ts'
import { spreadOf } from '../../bench/user/src/statistics.ts'

const plan = { rounds: 2, sequential: 1, burst: 10, perSecond: 20 }

describe('costOf', () => {
  it('counts connections, reads, reports, and the clean-up', () => {
    expect(costOf({ rounds: 5, sequential: 20, burst: 50, perSecond: 20 })).toEqual({
      connections: 11,
      expectedMessages: 232,
      maxMessages: 722,
    })
    expect(costOf({ rounds: 1, sequential: 0, burst: 0, perSecond: 0 })).toEqual({
      connections: 3,
      expectedMessages: 4,
      maxMessages: 6,
    })
  })
})

describe('spreadOf', () => {
  it('interpolates between samples', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 })
    expect(spreadOf([7])).toEqual({ lower: 7, median: 7, upper: 7 })
    expect(() => spreadOf([])).toThrow(RangeError)
  })
})

describe('figuresOf', () => {
  const rounds = [
    { open: 100, reports: [20], burst: 100 },
    { open: 100, reports: [20], burst: 100 },
  ]

  it('estimates round trips from the time of a round trip', () => {
    const figures = figuresOf(rounds, plan, spreadOf([25]))
    expect(figures.roundTripsToFirstTwin?.median).toBe(4)
    expect(figures.sequentialReportsPerSecond?.median).toBe(50)
    expect(figures.reportsPerSecondWithoutWaiting?.median).toBe(100)
  })

  it('leaves out what was not measured, and round trips to a near hub', () => {
    const figures = figuresOf([{ open: 5, reports: [], burst: undefined }], plan, spreadOf([0.5]))
    expect(Object.keys(figures)).toEqual(['timeToFirstTwin'])
  })
})

describe('readOptions', () => {
  it.each([
    ['--rounds=0', '--rounds is "0"; expected a whole number from 1 to 1000'],
    ['--burst=1.5', '--burst is "1.5"; expected a whole number from 0 to 10000'],
    ['--per-second=', '--per-second is ""; expected a whole number from 0 to 1000'],
    ['--nonsense', "Unknown option '--nonsense'"],
  ])('refuses %s', (argument, message) => {
    expect(() => readOptions([argument])).toThrow(message)
  })
})

describe('readTarget', () => {
  const given = 'HostName=hub.test;DeviceId=a;SharedAccessKey=bWFkZS11cA=='

  it.each([given, `export IOTHUB_DEVICE_CONNECTION_STRING='${given}'`, ` "${given}"\n`])('reads %j', (text) => {
    expect(readTarget(text)).toMatchObject({ connectionString: given, deviceId: 'a', url: { host: 'hub.test' } })
  })
})
