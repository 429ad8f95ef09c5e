import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../service/src/hub/json.ts'
import { ServiceError } from '../../service/src/hub/service-error.ts'
import { type DeviceState, isFinal, stateOf } from '../../service/src/rollout/device-state.ts'
import { fleetAbortController } from '../../service/src/rollout/fleet-abort-controller.ts'
import { paceOf } from '../../service/src/rollout/pace.ts'
import { barText, lineScreen, tableText } from '../../service/src/rollout/screen.ts'
import { throttledQueue } from '../../service/src/rollout/throttled-queue.ts'

function state(desired: JsonObject | null, reported: JsonObject | null, connectionState = 'Connected'): DeviceState {
  const twin = {
    deviceId: 'device1',
    etag: 'AAAAAAAAAAE=',
    tags: {},
    connectionState,
    properties: {
      desired: { $version: 2, ...(desired && { firmware: desired }) },
      reported: { $version: 2, ...(reported && { firmware: reported }) },
    },
  }
  return stateOf(twin, '1.3.0')
}

const DESIRED = { version: '1.3.0', rollout: 'r1' }
const REPORTED = { version: '1.2.1', pending: '1.3.0', rollout: 'r1' }

describe('stateOf()', () => {
  it.each<[string, DeviceState, JsonObject | null, JsonObject | null]>([
    ['nothing is desired', { type: 'unset' }, null, null],
    ['another version is desired', { type: 'unset' }, { version: '1.2.1' }, null],
    ['the device has reported nothing', { type: 'waiting', isConnected: true }, DESIRED, null],
    [
      'the device answers another rollout',
      { type: 'waiting', isConnected: true },
      DESIRED,
      { ...REPORTED, rollout: 'r0', status: 'failed' },
    ],
    [
      'the device still applies an older version',
      { type: 'waiting', isConnected: true },
      DESIRED,
      { ...REPORTED, pending: '1.2.9', status: 'applying' },
    ],
    [
      'the device is done with an older version',
      { type: 'waiting', isConnected: true },
      DESIRED,
      { version: '1.2.9', rollout: 'r1', status: 'done' },
    ],
    [
      'the device downloads',
      { type: 'downloading', progress: 62 },
      DESIRED,
      { ...REPORTED, status: 'downloading', progress: 62 },
    ],
    ['the device downloads without progress', { type: 'downloading' }, DESIRED, { ...REPORTED, status: 'downloading' }],
    ['the device applies the version', { type: 'applying' }, DESIRED, { ...REPORTED, status: 'applying' }],
    ['the device is done', { type: 'done' }, DESIRED, { version: '1.3.0', rollout: 'r1', status: 'done' }],
    [
      'the device acknowledges as Plug and Play does',
      { type: 'done' },
      DESIRED,
      { version: { value: '1.3.0', ac: 200, av: 2 }, rollout: 'r1', status: 'done' },
    ],
    ['neither side names a rollout', { type: 'done' }, { version: '1.3.0' }, { version: '1.3.0', status: 'done' }],
    [
      'the device failed',
      { type: 'failed', error: 'no space' },
      DESIRED,
      { ...REPORTED, status: 'failed', error: 'no space' },
    ],
    [
      'the device failed without a reason',
      { type: 'failed', error: 'no reason given' },
      DESIRED,
      { ...REPORTED, status: 'failed' },
    ],
    ['the status is nonsense', { type: 'waiting', isConnected: true }, DESIRED, { ...REPORTED, status: 7 }],
  ])('stateOf() when %s is %j', (_, expected, desired, reported) => {
    expect(state(desired, reported)).toEqual(expected)
  })

  it('stateOf() marks a device that is offline', () => {
    expect(state(DESIRED, null, 'Disconnected')).toEqual({ type: 'waiting', isConnected: false })
  })

  it('isFinal() is true only for done and failed', () => {
    const types = ['unset', 'waiting', 'downloading', 'applying', 'done', 'failed'] as const
    expect(types.filter((type) => isFinal({ type } as DeviceState))).toEqual(['done', 'failed'])
  })
})

describe('paceOf()', () => {
  it.each([
    ['S1', 1, 50, 25],
    ['S1', 9, 50, 25],
    ['S2', 1, 50, 25],
    ['S2', 20, 100, 50],
    ['S3', 2, 500, 250],
  ] as const)(
    'paceOf() returns half the limits of %s with %i units: %i reads and %i updates per second',
    (tier, units, reads, updates) => {
      expect(paceOf(tier, units)).toEqual({ readsPerSecond: reads, updatesPerSecond: updates })
    },
  )

  it('paceOf() uses the given rate', () => {
    expect(paceOf('S1', 1, 5).updatesPerSecond).toBe(5)
  })
})

describe('throttledQueue()', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it.each([
    [10, 10],
    [0.5, 1],
  ])(
    'throttledQueue() with %d per second starts at most %i at once, and as many in each further interval',
    async (perSecond, cap) => {
      const queue = throttledQueue({
        perSecond,
        signal: fleetAbortController().signal,
        onPause: () => expect.unreachable(),
      })
      let started = 0
      const all = Array.from({ length: 3 * cap }, () => queue.run(async () => (started += 1)))
      await vi.advanceTimersByTimeAsync(0)
      expect(started).toBe(cap)
      await vi.advanceTimersByTimeAsync(Math.max(1000, 1000 / perSecond))
      expect(started).toBe(2 * cap)
      await vi.advanceTimersByTimeAsync(Math.max(1000, 1000 / perSecond))
      await Promise.all(all)
    },
  )

  it('throttledQueue() pauses longer each time, at least as long as the hub asks, and then retries', async () => {
    const pauses: number[] = []
    const queue = throttledQueue({
      perSecond: 100,
      signal: fleetAbortController().signal,
      onPause: ({ inMs }) => pauses.push(inMs),
    })
    const answers = [undefined, undefined, 9000, undefined]
    let asked = 0
    const run = queue.run(async () => {
      asked += 1
      if (answers.length > 0) throw new ServiceError('ERR_THROTTLED', 'too many', 429, answers.shift())
      return 'done'
    })
    await vi.advanceTimersByTimeAsync(60_000)
    await expect(run).resolves.toBe('done')
    expect({ asked, pauses }).toEqual({ asked: 5, pauses: [1000, 2000, 9000, 8000] })
  })

  it('throttledQueue() rejects at once for a permanent error', async () => {
    const queue = throttledQueue({
      perSecond: 10,
      signal: fleetAbortController().signal,
      onPause: () => expect.unreachable(),
    })
    const refused = new ServiceError('ERR_UNAUTHORIZED', 'no')
    await expect(queue.run(() => Promise.reject(refused))).rejects.toBe(refused)
  })

  it('throttledQueue() ends waiting requests when its signal aborts, even in a pause', async () => {
    const stop = fleetAbortController()
    const queue = throttledQueue({ perSecond: 10, signal: stop.signal, onPause: () => undefined })
    const throttled = queue.run(() => Promise.reject(new ServiceError('ERR_THROTTLED', 'too many')))
    await vi.advanceTimersByTimeAsync(0)
    const waiting = queue.run(async () => 'never')
    const both = Promise.allSettled([throttled, waiting])
    stop.abort('stopped')
    await vi.advanceTimersByTimeAsync(0)
    expect(await both).toEqual([
      { status: 'rejected', reason: 'stopped' },
      { status: 'rejected', reason: 'stopped' },
    ])
  })
})

describe('the screens of a rollout', () => {
  it('lineScreen() prints a line for each step of a device, but none for its progress', () => {
    const lines: string[] = []
    const screen = lineScreen((line) => lines.push(line))
    const steps: DeviceState[] = [
      { type: 'unset' },
      { type: 'waiting', isConnected: false },
      { type: 'downloading', progress: 1 },
      { type: 'downloading', progress: 2 },
      { type: 'done' },
    ]
    for (const step of steps) screen.show({ type: 'changed', deviceId: 'a', state: step, fleet: new Map() })
    expect(lines).toEqual(['a: waiting, offline', 'a: downloading 1 %', 'a: done'])
  })

  it('barText() counts devices that are done or failed', () => {
    const fleet = new Map<string, DeviceState>([
      ['a', { type: 'done' }],
      ['b', { type: 'failed', error: 'no space' }],
      ['c', { type: 'applying' }],
    ])
    const bar = `${'█'.repeat(20)}${'░'.repeat(10)}`
    expect(barText('1.3.0', fleet)).toBe(`1.3.0 ${bar} 2/3 · 1 applying, 1 done, 1 failed`)
    expect(barText('1.3.0', new Map())).toBe(`1.3.0 ${'░'.repeat(30)} 0/0 · `)
  })

  it('tableText() lists unfinished devices, failed devices first, up to its limit', () => {
    const fleet = new Map<string, DeviceState>([
      ['b', { type: 'waiting', isConnected: true }],
      ['a', { type: 'done' }],
      ['c', { type: 'failed', error: 'no space' }],
      ['d10', { type: 'applying' }],
      ['d9', { type: 'applying' }],
    ])
    const order = [...tableText(fleet, 3).matchAll(/│ (\w+) +│ (.+?) +│/g)].map(([, id, text]) => [id, text])
    expect(order).toEqual([
      ['device', 'firmware'],
      ['c', 'failed: no space'],
      ['d9', 'applying'],
      ['d10', 'applying'],
    ])
    expect(tableText(fleet, 3)).toContain('and 1 more')
    expect(tableText(new Map([['a', { type: 'done' }]]), 3)).toBe('')
  })
})
