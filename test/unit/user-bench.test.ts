import { describe, expect, it } from 'vitest'
import { readTarget } from '../../bench/user/src/connection-string.ts'
import { readOptions } from '../../bench/user/src/options.ts'
import { costOf } from '../../bench/user/src/plan.ts'
import { figuresOf, textOf } from '../../bench/user/src/result.ts'
import { spreadOf } from '../../bench/user/src/statistics.ts'

const PLAN = { rounds: 2, sequential: 1, burst: 10, perSecond: 20 }

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
    const figures = figuresOf(rounds, PLAN, spreadOf([25]))
    expect(figures.roundTripsToFirstTwin?.median).toBe(4)
    expect(figures.sequentialReportsPerSecond?.median).toBe(50)
    expect(figures.reportsPerSecondWithoutWaiting?.median).toBe(100)
  })

  it('leaves out missing figures, and round trips to a near hub', () => {
    const figures = figuresOf([{ open: 5, reports: [], burst: undefined }], PLAN, spreadOf([0.5]))
    expect(Object.keys(figures)).toEqual(['timeToFirstTwin'])
  })
})

describe('textOf', () => {
  it('shows medians and quartiles, and a dash for missing figures', () => {
    const rounds = [{ open: 120, reports: [20, 40], burst: undefined }]
    const roundTripTime = spreadOf([30])
    const figures = figuresOf(rounds, PLAN, roundTripTime)
    const transports = { hubtwin: figures, 'hubtwin/light': figures }
    const byTransport = { hubtwin: rounds, 'hubtwin/light': rounds }
    const text = textOf({ hub: 'hub.test', node: 'v20', plan: PLAN, roundTripTime, transports, rounds: byTransport })
    expect(text).toContain('Round-trip time (TCP handshake): 30.00 (30.00 to 30.00) ms')
    expect(text).toMatch(/the same in round trips +4.0 \(4.0 to 4.0\) +4.0 /)
    expect(text).toMatch(/report, ms +30.0 \(25.0 to 35.0\) +30.0/)
    expect(text).toMatch(/without waiting +– +–$/)
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

  it.each([
    [undefined, 'IOTHUB_DEVICE_CONNECTION_STRING is not set; expected HostName=…;DeviceId=…;SharedAccessKey=…'],
    [' ', 'IOTHUB_DEVICE_CONNECTION_STRING is empty; expected HostName=…;DeviceId=…;SharedAccessKey=…'],
    [
      'HostName=h;SharedAccessKeyName=iothubowner;SharedAccessKey=c2VjcmV0',
      "it is the hub's policy key, not a device's",
    ],
    ['HostName=h;DeviceId=a;SharedAccessKey=c2VjcmV0;Wrong', 'Connection string has no "=" in part 4 of 4'],
  ])('explains the problem of %j without its key', (text, message) => {
    expect(() => readTarget(text)).toThrow(message)
    expect(() => readTarget(text)).not.toThrow('c2VjcmV0')
  })
})
