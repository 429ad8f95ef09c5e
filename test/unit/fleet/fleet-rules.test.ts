import { createHistogram } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergePatch } from '../../support/merge-patch.ts'
import { adviceFor, isHopeless } from '../../../node-demo/fleet/advice.ts'
import { readConnectionList } from '../../../node-demo/fleet/connection-list.ts'
import { createCounters } from '../../../node-demo/fleet/counters.ts'
import { atTime, isBusy, newModel, patchOf, withDesired } from '../../../node-demo/fleet/fleet-model.ts'
import { openFilesProblem } from '../../../node-demo/fleet/open-files.ts'
import { connectionStringAt, sizeOf } from '../../../node-demo/fleet/roster.ts'
import { sampleOf } from '../../../node-demo/fleet/sample.ts'
import { firstReportAt, nextReportAt } from '../../../node-demo/fleet/schedule.ts'
import { lineText, liveText } from '../../../node-demo/fleet/screen.ts'

describe('schedule', () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true })

  it('keeps every interval within the jitter, and the first within an interval', () => {
    fc.assert(
      fc.property(random, fc.double({ min: 0, max: 1, noNaN: true }), (draw, jitter) => {
        const schedule = { everyInMs: 1000, jitter }
        const next = nextReportAt(schedule, 5000, draw) - 5000
        expect(next).toBeGreaterThanOrEqual(1000 * (1 - jitter) - 1e-6)
        expect(next).toBeLessThanOrEqual(1000 * (1 + jitter) + 1e-6)
        expect(firstReportAt(schedule, 5000, draw)).toBeLessThanOrEqual(6000)
      }),
    )
  })

  it('never reports without an interval', () => {
    const never = { everyInMs: Infinity, jitter: 0.2 }
    expect([firstReportAt(never, 1, 0), nextReportAt(never, 1, 0.5)]).toEqual([Infinity, Infinity])
  })
})

describe('models', () => {
  const change = (desired: object, version: number, isFirst = false) =>
    ({ desired, patch: desired, version, isFirst }) as Parameters<typeof withDesired>[1]

  it('a thermostat applies its target and reports its climate only', () => {
    const model = withDesired(newModel('thermostat', 0.5, {}, 0), change({ climate: { target: 25 } }, 2), 0)
    expect(patchOf(model, {}, 0)).toMatchObject({ climate: { __t: 'c', target: { value: 25, ac: 200, av: 2 } } })
    expect(Object.keys(patchOf(model, {}, 0))).toEqual(['climate'])
    expect(isBusy(model)).toBe(false)
  })

  it('a firmware device is busy during an update, and reports its end', () => {
    const model = withDesired(newModel('firmware', 0.5, {}, 0), change({ firmware: { version: '2.0.0' } }, 2), 0)
    expect(isBusy(model)).toBe(true)
    const later = atTime(model, 60_000)
    expect(isBusy(later)).toBe(false)
    const version = { value: '2.0.0', ac: 200, av: 2, ad: null }
    expect(patchOf(later, {}, 60_000)).toEqual({ firmware: { __t: 'c', version, status: 'done' } })
  })

  it('a kiosk acknowledges its properties, and reports the version that it shows and the names that it refused', () => {
    const desired = { message: 'Hi', theme: 'dark', volume: 7, accent: 'blue', toString: 1 }
    const model = withDesired(newModel('kiosk', 0.5, {}, 0), change(desired, 4), 0)
    const patch = patchOf(model, {}, 0)
    expect(patch).toMatchObject({
      kiosk: { version: 4, refused: ['accent', 'volume'] },
      message: { value: 'Hi', ac: 200, av: 4 },
      volume: { value: 0, ac: 400, av: 4, ad: 'volume is 7; expected a number from 0 to 1' },
      openingHours: { value: null, ac: 203, av: 0 },
    })
    expect(Object.keys(patch)).not.toContain('toString')
    expect(patchOf(model, mergePatch({}, patch), 0)).toEqual({})
  })
})

describe('readConnectionList', () => {
  const device = (id: string) => `HostName=hub.test;DeviceId=${id};SharedAccessKey=bWFkZS11cA==`

  it('reads a line each, without comments and empty lines', () => {
    const text = `# the lab\n${device('a')}\n\n${device('b')}\r\n`
    expect(readConnectionList(text, 'list.txt')).toEqual([device('a'), device('b')])
  })

  it.each(['connectionString', 'Connection String', 'primaryConnectionString'])('finds the column %s', (column) => {
    const text = `\uFEFFdeviceId,${column}\na,"${device('a')}"\nb,${device('b')}\n`
    expect(readConnectionList(text, 'list.csv')).toEqual([device('a'), device('b')])
  })

  it.each([
    ['', 'f has no device; expected a connection string per line, or a CSV column connectionString'],
    [`${device('a')}\n${device('a')}`, 'f, line 2: the same device as in line 1'],
    [`${device('a')}\nsecret`, 'f, line 2: Connection string is empty'],
    [`${device('a')}\nHostName=hub.test;SharedAccessKey=c2VjcmV0`, 'f, line 2: Connection string has no DeviceId'],
    [`a,"b`, /^f is no CSV file: /],
  ])('names the line and never the key of %j', (text, message) => {
    expect(() => readConnectionList(text, 'f')).toThrow(message)
    expect(() => readConnectionList(text, 'f')).not.toThrow(/secret|c2VjcmV0/)
  })
})

describe('roster', () => {
  it('names the devices of a range', () => {
    const roster = { type: 'policy', hub: 'HostName=h', prefix: 'bus-', from: 501, to: 1000 } as const
    expect(sizeOf(roster)).toBe(500)
    expect(connectionStringAt(roster, 499)).toBe('HostName=h;DeviceId=bus-1000')
  })
})

describe('openFilesProblem', () => {
  it('names ulimit when the limit is too low', () => {
    expect(openFilesProblem(10_000, 1024)).toContain('ulimit -n 10100')
    expect(openFilesProblem(900, 1024)).toBeUndefined()
  })
})

describe('adviceFor', () => {
  it.each([
    [{ code: 'ERR_UNREACHABLE', message: '', cause: 'EMFILE' }, false, 'ulimit -n'],
    [{ code: 'ERR_UNREACHABLE', message: '', cause: 'ECONNREFUSED' }, true, 'npx hubtwin-emulator'],
    [{ code: 'ERR_UNREACHABLE', message: '', cause: 'ENOTFOUND' }, false, 'HostName'],
    [{ code: 'ERR_UNREACHABLE', message: '', cause: 'EADDRNOTAVAIL' }, false, '--from'],
    [{ code: 'ERR_UNREACHABLE', message: '', cause: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, true, 'NODE_EXTRA_CA_CERTS'],
    [{ code: 'ERR_UNREACHABLE', message: '', cause: 'EPROTO' }, true, 'UseDevelopmentEmulator=true'],
    [
      { code: 'ERR_UNREACHABLE', message: 'Hub could not be reached (Unexpected server response: 400)' },
      true,
      'remove UseDevelopmentEmulator=true',
    ],
    [{ code: 'ERR_UNAUTHORIZED', message: '' }, true, '--create'],
  ] as const)('for %j says how to continue', (failure, isLocal, text) => {
    expect(adviceFor(failure, isLocal)).toContain(text)
  })

  it('counts a rejected upgrade as hopeless with 400, and not with 503', () => {
    const failure = (status: number): Parameters<typeof isHopeless>[0] => ({
      code: 'ERR_UNREACHABLE',
      message: `Hub could not be reached (Unexpected server response: ${status})`,
    })
    expect([isHopeless(failure(400)), isHopeless(failure(503))]).toEqual([true, false])
  })
})

describe('sampleOf', () => {
  it('computes the rates between two readings, and lists only the codes that occurred', () => {
    const counters = createCounters()
    const start = { now: 0, counts: counters.read(), memoryInBytes: 0, cpuInMs: 0 }
    counters.add('reports', 50)
    counters.add('ready', 9)
    counters.add('ready', -2)
    counters.add('synced', 8)
    counters.add('ERR_TIMEOUT')
    const [reports, syncs] = [createHistogram(), createHistogram()]
    for (let each = 1; each <= 100; each++) reports.record(each * 1000)
    const reading = { now: 2000, counts: createCounters(counters.buffer).read(), memoryInBytes: 5e6, cpuInMs: 500 }
    const sample = sampleOf(10, start, start, reading, { reports, telemetry: syncs, syncs })
    expect(sample).toMatchObject({ reportsPerSecond: 25, connected: 7, synced: 8, cpu: 0.25, memoryInMB: 5 })
    expect(sample.errors).toEqual({ ERR_TIMEOUT: 1 })
    expect(sample.reportP50InMs).toBeCloseTo(50, 0)
    expect(sample.syncP99InMs).toBeUndefined()
    expect(lineText(sample)).toContain('8 of 10 synced')
    expect(liveText(sample)).toContain('████████████████████████████████░░░░░░░░ 8 of 10')
    expect(liveText(sample)).toContain('errors: ERR_TIMEOUT 1')
  })
})
