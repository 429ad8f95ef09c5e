import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../service/src/hub/json.ts'
import { type DeviceState, isFinal, stateOf } from '../../service/src/rollout/device-state.ts'
import { paceOf } from '../../service/src/rollout/pace.ts'
import { barText, lineScreen, tableText } from '../../service/src/rollout/screen.ts'
import { throttledQueue } from '../../service/src/rollout/throttled-queue.ts'
import { fleetAbortController } from '../../service/src/rollout/fleet-abort-controller.ts'
import { ServiceError } from '../../service/src/hub/service-error.ts'

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

const wanted = { version: '1.3.0', rollout: 'r1' }
const told = { version: '1.2.1', pending: '1.3.0', rollout: 'r1' }

describe('stateOf()', () => {
  it.each<[string, DeviceState, JsonObject | null, JsonObject | null]>([
    ['nothing is desired', { type: 'unset' }, null, null],
    ['another version is desired', { type: 'unset' }, { version: '1.2.1' }, null],
    ['it has reported nothing', { type: 'waiting', isConnected: true }, wanted, null],
    [
      'it answers another rollout',
      { type: 'waiting', isConnected: true },
      wanted,
      { ...told, rollout: 'r0', status: 'failed' },
    ],
    [
      'it finishes an older version first',
      { type: 'waiting', isConnected: true },
      wanted,
      { ...told, pending: '1.2.9', status: 'applying' },
    ],
    [
      'it is done with an older one',
      { type: 'waiting', isConnected: true },
      wanted,
      { version: '1.2.9', rollout: 'r1', status: 'done' },
    ],
    ['it downloads', { type: 'downloading', progress: 62 }, wanted, { ...told, status: 'downloading', progress: 62 }],
    ['it downloads and does not say how far', { type: 'downloading' }, wanted, { ...told, status: 'downloading' }],
    ['it applies', { type: 'applying' }, wanted, { ...told, status: 'applying' }],
    ['it is done', { type: 'done' }, wanted, { version: '1.3.0', rollout: 'r1', status: 'done' }],
    [
      'it is done, as Plug and Play says it',
      { type: 'done' },
      wanted,
      { version: { value: '1.3.0', ac: 200, av: 2 }, rollout: 'r1', status: 'done' },
    ],
    [
      'no rollout was named on either side',
      { type: 'done' },
      { version: '1.3.0' },
      { version: '1.3.0', status: 'done' },
    ],
    ['it failed', { type: 'failed', error: 'no space' }, wanted, { ...told, status: 'failed', error: 'no space' }],
    [
      'it failed and does not say why',
      { type: 'failed', error: 'no reason given' },
      wanted,
      { ...told, status: 'failed' },
    ],
    ['its status is nonsense', { type: 'waiting', isConnected: true }, wanted, { ...told, status: 7 }],
  ])('stateOf() where %s is %j', (_, expected, desired, reported) => {
    expect(state(desired, reported)).toEqual(expected)
  })

  it('stateOf() tells a device that is offline', () => {
    expect(state(wanted, null, 'Disconnected')).toEqual({ type: 'waiting', isConnected: false })
  })

  it('isFinal() is true of done and failed alone', () => {
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
    'paceOf() takes half of what %s with %i units bears: %i reads and %i updates a second',
    (tier, units, reads, updates) => {
      expect(paceOf(tier, units)).toEqual({ readsPerSecond: reads, updatesPerSecond: updates })
    },
  )

  it('paceOf() takes the rate that somebody names', () => {
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
    'throttledQueue() of %d a second starts at most %i at once, and that many in each further interval',
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

  it('throttledQueue() pauses for longer each time in a row, not shorter than the hub asks, and then repeats', async () => {
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

  it('throttledQueue() passes on at once what will not pass by waiting', async () => {
    const queue = throttledQueue({
      perSecond: 10,
      signal: fleetAbortController().signal,
      onPause: () => expect.unreachable(),
    })
    const refused = new ServiceError('ERR_UNAUTHORIZED', 'no')
    await expect(queue.run(() => Promise.reject(refused))).rejects.toBe(refused)
  })

  it('throttledQueue() ends what waits when its signal aborts, in a pause too', async () => {
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

describe('what a rollout shows', () => {
  it('lineScreen() prints a line for each step of a device, and none for its progress', () => {
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

  it('barText() fills as devices are done or failed', () => {
    const fleet = new Map<string, DeviceState>([
      ['a', { type: 'done' }],
      ['b', { type: 'failed', error: 'no space' }],
      ['c', { type: 'applying' }],
    ])
    const bar = `${'█'.repeat(20)}${'░'.repeat(10)}`
    expect(barText('1.3.0', fleet)).toBe(`1.3.0 ${bar} 2/3 · 1 applying, 1 done, 1 failed`)
    expect(barText('1.3.0', new Map())).toBe(`1.3.0 ${'░'.repeat(30)} 0/0 · `)
  })

  it('tableText() lists what is not done, the failed first, up to a length', () => {
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
