import { describe, expect, vi } from 'vitest'
import type { HubEvent } from '../../../emulator/src/index.ts'
import { createHubClock } from '../../../emulator/src/hub/hub-clock.ts'
import { connect, refusalCode } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { jobClientOf, registryOf } from '../../support/service-sdk.ts'

const test = hubTest({ clock: () => 1000 })

const HOUR = 3600_000
const future = Date.parse('2040-01-01T00:00:00Z')

describe('createHubClock()', () => {
  test('continues from the given time, and returns to the system clock', () => {
    let below = 1000
    const clock = createHubClock(() => below)
    clock.set(5000)
    below += 10
    expect(clock.now()).toBe(5010)
    clock.advance(-10)
    expect(clock.now()).toBe(5000)
    clock.reset()
    expect(clock.now()).toBe(1010)
  })

  test('stands still until its start, and can be set before', () => {
    let below = 1000
    const clock = createHubClock(() => below)
    clock.stop()
    below += 10
    expect([clock.now(), clock.isStopped]).toEqual([1000, true])
    clock.advance(5)
    expect(clock.now()).toBe(1005)
    clock.start()
    below += 10
    expect([clock.now(), clock.isStopped]).toEqual([1015, false])
  })

  test.each([
    [Number.NaN, 'NaN'],
    [-1, '1969-12-31T23:59:59.999Z'],
    [1.5, '1970-01-01T00:00:00.001Z'],
    [253_402_300_800_000, '+010000-01-01T00:00:00.000Z'],
    [new Date('nonsense'), 'NaN'],
    [9e15, 'after the year 275760'],
    [-9e15, 'before the year -271821'],
  ])('refuses %s', (time, text) => {
    const clock = createHubClock(() => 1000)
    expect(() => clock.set(time)).toThrow(`The time must be between 1970 and 9999, not ${text}`)
    expect(clock.now()).toBe(1000)
  })

  test('wakes the timers that are due when it is set, but no later timers', async () => {
    const clock = createHubClock(() => 1000)
    const signal = new AbortController()
    const woken: string[] = []
    const soon = clock.until(2000, signal.signal).then(() => woken.push('soon'))
    const late = clock.until(9000, signal.signal).then(() => woken.push('late'))
    clock.set(2000)
    await soon
    expect(woken).toEqual(['soon'])
    signal.abort()
    await late
    expect(woken).toEqual(['soon', 'late'])
  })
})

describe('hub.clock', () => {
  test('ends a connection at once if its token and the grace period are over', async () => {
    const hub = await start()
    const device = await connect(hub)
    hub.clock.advance(HOUR + 599_000)
    expect(hub.connections()).toHaveLength(1)
    hub.clock.advance(2000)
    await device.closed()
    // A token of the real time is now old.
    expect(await refusalCode(hub, {})).toBe(5)
    expect((await rest(hub, 'GET', '/twins/device1')).body['Message']).toMatch(
      /the token expired at .*Z, the time of the hub is .*Z$/,
    )
    hub.clock.reset()
    expect(await refusalCode(hub, {})).toBe('accepted')
  })

  test('gives the timestamps of twins', async () => {
    const hub = await start()
    hub.clock.stop()
    hub.clock.set(future)
    const twin = await hub.updateTwin('device1', { properties: { desired: { a: 1 } } })
    expect(JSON.stringify(twin['properties'])).toContain('"a":{"$lastUpdated":"2040-01-01T00:00:00')
  })

  test('expires messages and emits events, without a request', async () => {
    const hub = await start()
    const seen: HubEvent[] = []
    hub.events.listen((event) => seen.push(event))
    await hub.sendToDevice('device1', { body: 'x' })
    hub.clock.advance(HOUR - 1000)
    expect(seen).toMatchObject([{ state: 'queued' }])
    hub.clock.advance(2000)
    expect(seen).toMatchObject([{ state: 'queued' }, { type: 'cloud-message', state: 'expired', sequenceNumber: 1 }])
  })

  test('starts due jobs, and ends jobs whose time is over', async () => {
    const hub = await start({ devices: ['a'] })
    const client = jobClientOf(hub)
    const device = await connect(hub, { deviceId: 'a' })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    const inAWhile = new Date(hub.clock.now() + HOUR / 2)
    await client.scheduleTwinUpdate('twin', "deviceId = 'a'", { etag: '*', tags: { x: 1 } }, inAWhile)
    hub.clock.advance(HOUR / 2 + 1)
    await vi.waitUntil(() => hub.twin('a')['tags'] !== undefined && JSON.stringify(hub.twin('a')).includes('"x":1'))

    await client.scheduleDeviceMethod('method', "deviceId = 'a'", { methodName: 'slow' }, new Date(), 60)
    await device.next()
    hub.clock.advance(60_001)
    const ended = async (): Promise<boolean> => {
      const { jobStatus } = await client.getJob('method')
      return (jobStatus as { status: string }).status === 'completed'
    }
    await vi.waitUntil(ended, 5000)
    const query = registryOf(hub).createQuery("SELECT * FROM devices.jobs WHERE jobId = 'method'")
    expect((await query.next(query.continuationToken)).result).toMatchObject([
      { status: 'failed', error: { code: 'RequestTimedOut' } },
    ])
  })
})

describe('/hub/clock', () => {
  async function ask(url: string, body?: unknown): Promise<[number, Record<string, unknown>]> {
    const answer = await fetch(url, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    return [answer.status, (await answer.json()) as Record<string, unknown>]
  }

  test('returns and sets the time', async () => {
    const hub = await start()
    const url = `${hub.endpoints.http}/hub/clock`
    expect(await ask(url, { isStopped: true })).toMatchObject([200, { isStopped: true }])
    expect(await ask(url, { set: '2040-01-01T00:00:00Z' })).toEqual([
      200,
      { now: '2040-01-01T00:00:00.000Z', isStopped: true },
    ])
    expect(await ask(url, { advanceInMs: 90_000 })).toMatchObject([200, { now: '2040-01-01T00:01:30.000Z' }])
    expect(await ask(url)).toMatchObject([200, { now: '2040-01-01T00:01:30.000Z' }])
    expect(hub.clock.now()).toBe(future + 90_000)
    expect(await ask(url, { reset: true })).toMatchObject([200, { isStopped: false }])
    expect(hub.clock.now()).toBeLessThan(future)
  })

  test.for([
    {},
    { set: 'soon' },
    { advanceInMs: 1.5 },
    { advanceInMs: 1, reset: true },
    { advanceInMs: 1e300 },
    [],
    'x',
  ])('refuses %j, and leaves the time alone', async (body, { hub }) => {
    const [status, { message }] = await ask(`${hub.endpoints.http}/hub/clock`, body)
    expect([status, message]).toEqual([400, expect.any(String)])
    expect(hub.clock.now()).toBe(1000)
  })
})
