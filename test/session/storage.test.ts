import { describe, expect, test, vi } from 'vitest'
import type { TwinObservation } from '../../core/src/session/observation.ts'
import type { TwinStorage } from '../../core/src/session/storage.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted } from './open-scripted.ts'

const KEY = 'hubtwin/contoso.azure-devices.net/device1/reported'

function memoryStorage(): TwinStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    get: (name) => texts.get(name) ?? null,
    set: async (name, value) => void texts.set(name, value),
    remove: async (name) => void texts.delete(name),
  }
}

describe('reportStorage', () => {
  test('has a report before it is sent, until the hub accepts it', async () => {
    const reportStorage = memoryStorage()
    const { twin, hub } = await openReady({}, { reportStorage })
    await settle()
    const first = twin.report({ a: 1 })
    expect(hub.wire.sent.length).toBe(1)
    await settle()
    expect(reportStorage.texts.get(KEY)).toBe('[{"a":1}]')
    expect(hub.wire.sent.length).toBe(2)
    hub.wire.answer(204, '', 2)
    await first
    await settle()
    expect(reportStorage.texts.size).toBe(0)
  })

  test('keeps the unsent reports of a closed twin, and the next twin sends them first', async () => {
    const reportStorage = memoryStorage()
    const before = await openScripted({ reportStorage })
    const lost = [before.twin.report({ a: 1 }), before.twin.report({ a: null }), before.twin.report({ a: { b: 2 } })]
    const rejected = lost.map((report) => expect(report).rejects.toMatchObject({ code: 'ERR_CLOSED' }))
    await before.twin.close()
    await Promise.all(rejected)
    expect(JSON.parse(reportStorage.texts.get(KEY) ?? '')).toEqual([{ a: 1 }, { a: null }, { a: { b: 2 } }])

    const { twin, hub } = await openScripted({ reportStorage })
    const report = twin.report({ c: 3 })
    hub.wire.sync({})
    await settle()
    for (const version of [2, 3]) {
      hub.wire.answer(204, '', version)
      await settle()
    }
    await expect(report).resolves.toBe(3)
    expect(hub.wire.sent.slice(1).map(({ payload }) => payload)).toEqual(['{"a":null}', '{"a":{"b":2},"c":3}'])
    expect(reportStorage.texts.size).toBe(0)
  })

  test.each<[string, Partial<TwinStorage>]>([
    [
      'throws',
      {
        get: () => {
          throw new Error('no')
        },
      },
    ],
    ['rejects', { get: () => Promise.reject(new Error('no')), set: () => Promise.reject(new Error('disk full')) }],
    ['holds nonsense', { get: () => '{"no":"list"}' }],
    ['holds 5,000 nested objects', { get: () => `[${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}]` }],
    ['holds 5,000 nested lists', { get: () => `[{"a":${'['.repeat(5000)}${']'.repeat(5000)}}]` }],
    ['holds a key that the hub rejects', { get: () => '[{"a#b":1}]' }],
    ['holds more than the hub accepts', { get: () => JSON.stringify([{ a: 'x'.repeat(4097) }]) }],
    ['gives something other than text', { get: () => ({ a: 1n }) as unknown as string }],
    ['holds no JSON', { get: () => '[{' }],
    ['never answers', { get: () => new Promise(() => {}), set: () => new Promise(() => {}) }],
  ])('that %s fails visibly for the observer, and reports go on', async (_, broken) => {
    const seen: TwinObservation[] = []
    const reportStorage = { ...memoryStorage(), ...broken }
    const { twin, hub, clock } = await openReady(
      {},
      { reportStorage, observer: (observation) => seen.push(observation) },
    )
    const report = twin.report({ a: 1 })
    await settle()
    for (let wait = 0; wait < 3 && hub.wire.sent.length === 1; wait++) await clock.advance(30_000)
    hub.wire.answer(204, '', 2)
    await expect(report).resolves.toBe(2)
    expect(seen.some(({ type }) => type === 'storageFailed')).toBe(true)
  })
})

test('reportStorage with a patch that the hub rejects gives the observer its place', async () => {
  const errors: unknown[] = []
  await openReady(
    {},
    {
      reportStorage: { ...memoryStorage(), get: () => '[{"a":1},{"a#b":1}]' },
      observer: (observation) => observation.type === 'storageFailed' && errors.push(observation.error),
    },
  )
  expect(errors.map(String)).toEqual([expect.stringMatching(/^RangeError: reportStorage\[1\] has the key "a#b"/)])
})

describe('observer', () => {
  test('gets every packet, state and token, with its time and without a secret', async () => {
    const seen: TwinObservation[] = []
    const { twin, hub, clock } = await openScripted({ observer: (observation) => seen.push(observation) })
    hub.wire.sync({})
    const report = twin.report({ a: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    await report
    hub.wire.drop()
    await twin.close()
    const brief = seen.map((observation) =>
      [
        observation.type,
        'state' in observation && observation.state,
        'packet' in observation && observation.packet,
        'step' in observation && observation.step,
      ]
        .filter(Boolean)
        .join(' '),
    )
    expect(brief).toEqual([
      'state authorizing',
      'token asked',
      'token given',
      'state opening',
      'sent CONNECT',
      'sent SUBSCRIBE',
      'sent PUBLISH',
      'received CONNACK',
      'state syncing',
      'received SUBACK',
      'received PUBLISH',
      'state ready',
      'sent PUBLISH',
      'received PUBLISH',
      'lost',
      'state waiting',
      'sent DISCONNECT',
      'state closed',
    ])
    expect(seen.every(({ at }) => at === clock.now())).toBe(true)
    expect(JSON.stringify(seen)).not.toContain('token 1')
  })

  test('that throws does not disturb the twin', async () => {
    const surfaced: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => surfaced.push(error))
    const bug = new Error('a bug of the app')
    const { twin } = await openReady(
      {},
      {
        observer: () => {
          throw bug
        },
      },
    )
    expect(twin.status.type).toBe('ready')
    await twin.close()
    vi.unstubAllGlobals()
    expect(surfaced).toContain(bug)
  })
})

describe('wakeSource', () => {
  test('starts no liveness check right after a packet of the hub', async () => {
    let emit = (_: 'wake' | 'sleep'): void => {}
    const { hub, clock } = await openReady(
      {},
      {
        wakeSource(listener) {
          emit = listener
          return () => {}
        },
      },
    )
    await clock.advance(4999)
    emit('wake')
    expect(hub.wire.sent.length).toBe(1)
    await clock.advance(1)
    emit('wake')
    expect(hub.wire.sent.length).toBe(2)
  })

  test('shortens a wait, starts a liveness check, and is unused after close', async () => {
    let emit = (_: 'wake' | 'sleep'): void => {}
    let off = false
    const { twin, hub, clock } = await openReady(
      {},
      {
        maxRetryDelayInMs: 600_000,
        retryDelayInMs: 600_000,
        keepaliveInSeconds: 1177,
        wakeSource(listener) {
          emit = listener
          return () => (off = true)
        },
      },
    )
    await clock.advance(60_000)
    emit('wake')
    expect(hub.wire.sent.length).toBe(2)
    await clock.advance(5000)
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TIMEOUT' } })
    emit('sleep')
    emit('wake')
    await clock.advance(300_000)
    expect(hub.wires.length).toBe(2)
    await twin.close()
    expect(off).toBe(true)
  })
})
