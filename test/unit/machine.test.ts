import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { type SessionInput, statusOf } from '../../core/src/protocol/machine-states.ts'
import {
  delivered,
  document,
  failedSync,
  lost,
  patch,
  run,
  runWithout,
  SUBSCRIBED,
  timer,
  TOKEN,
  toReady,
  TO_SYNCING,
  types,
  unreachable,
} from './machine-events.ts'

describe('next() on the way to ready', () => {
  test('asks for a token and sends CONNECT, SUBSCRIBE and GET in one flight', () => {
    const order = toReady.map((_, index) => types(run(...toReady.slice(0, index + 1)).effects))
    expect(order).toEqual([
      ['stopTimers', 'startTimer', 'askToken'],
      ['stopTimers', 'startTimer', 'openWire', 'subscribe', 'get'],
      ['stopTimers', 'startTimer'],
      ['startTimer'],
      ['stopTimers', 'startTimer', 'startTimer', 'stopTimer', 'document'],
    ])
  })

  test('without pipelining, subscribes after CONNACK, and only then reads the twin', () => {
    const order = toReady.map((_, index) => types(runWithout(...toReady.slice(0, index + 1)).effects))
    expect(order).toEqual([
      ['stopTimers', 'startTimer', 'askToken'],
      ['stopTimers', 'startTimer', 'openWire'],
      ['stopTimers', 'startTimer', 'subscribe'],
      ['startTimer', 'get'],
      ['stopTimers', 'startTimer', 'startTimer', 'stopTimer', 'document'],
    ])
  })

  test('holds patches that arrive before the document and delivers the newer patches in order', () => {
    const { state, effects } = run(...TO_SYNCING, patch(4), patch(5), patch(6), patch(7), {
      type: 'document',
      document: document(5),
    })
    expect(delivered(effects)).toEqual(['document 5', 'patch 6', 'patch 7'])
    expect(state).toMatchObject({ type: 'ready', have: 7 })
  })

  test('reads the twin again when the held patches have a gap', () => {
    const before = [...TO_SYNCING, patch(8), { type: 'document', document: document(5) } as const]
    expect(types(run(...before).effects)).toContain('get')
    const { state, effects } = run(...before, { type: 'document', document: document(7) })
    expect(delivered(effects)).toEqual(['document 7', 'patch 8'])
    expect(state).toMatchObject({ type: 'ready', have: 8 })
    expect(state).not.toHaveProperty('sync')
  })

  test('gives up a hub whose desired patches never fit its document', () => {
    const misfits = Array.from({ length: 5 }, (): SessionInput => ({ type: 'document', document: document(5) }))
    const { state } = run(...TO_SYNCING, patch(80), ...misfits)
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_PROTOCOL' } })
  })

  test('holds a limited number of patches, and reads the twin again after a flood', () => {
    const flood = Array.from({ length: 1000 }, (_, index) => patch(1000 - index))
    const { state, effects } = run(...TO_SYNCING, ...flood, { type: 'document', document: document(1000) })
    expect(types(effects)).toContain('get')
    expect(state).toMatchObject({ type: 'ready', have: 1000 })
  })
})

describe('next() when ready', () => {
  test.each([
    ['delivers the next version', [patch(6)], ['patch 6']],
    ['ignores a version that it has', [patch(5)], []],
    ['ignores an older version', [patch(2)], []],
    ['ignores the same notification the second time', [patch(6), patch(6)], []],
  ])('%s', (_, inputs, expected) => {
    const { state, effects } = run(...toReady, ...inputs)
    expect(delivered(effects)).toEqual(expected)
    expect(types(effects)).not.toContain('get')
    expect(state.type).toBe('ready')
  })

  test.each<[string, SessionInput]>([
    ['a gap', patch(8)],
    ['a notification that makes no sense', { type: 'desiredPatchLost' }],
    ['an app that asks', { type: 'refresh' }],
  ])('reads the twin on the same connection after %s, and stays ready', (_, input) => {
    const { state, effects } = run(...toReady, input)
    expect(types(effects)).toEqual(['startTimer', 'get'])
    expect(statusOf(state)).toEqual({ type: 'ready' })
  })

  test('reads the twin again for an app that asks during a GET', () => {
    const { effects } = run(
      ...toReady,
      { type: 'refresh' },
      { type: 'refresh' },
      { type: 'document', document: document(6) },
    )
    expect(delivered(effects)).toEqual(['document 6'])
    expect(types(effects)).toContain('get')
  })

  test('accepts a document with an older version: the device was deleted and created again', () => {
    const { state } = run(...toReady, { type: 'refresh' }, { type: 'document', document: document(1) })
    expect(state).toMatchObject({ type: 'ready', have: 1 })
  })

  test.each(['ERR_THROTTLED', 'ERR_HUB'] as const)('repeats the GET later on the same connection after %s', (code) => {
    const { state, effects } = run(...toReady, patch(8), failedSync(code))
    expect(types(effects)).toEqual(['syncFailed', 'stopTimer', 'startTimer'])
    expect(state.type).toBe('ready')
    expect(types(run(...toReady, patch(8), failedSync(code), timer('retry')).effects)).toContain('get')
  })

  test.each(['ERR_THROTTLED', 'ERR_HUB'] as const)('ends a connection whose first GET fails with %s', (code) => {
    const { state, effects } = run(...TO_SYNCING, failedSync(code))
    expect(state).toMatchObject({ type: 'waiting', error: { code }, streak: { failures: 1 } })
    expect(types(effects)).toEqual(['syncFailed', 'cancelToken', 'closeWire', 'stopTimers', 'startTimer'])
  })

  test('holds a desired patch and a refresh until the first document', () => {
    const { state, effects } = run(...TO_SYNCING, patch(8), { type: 'refresh' })
    expect(state).toMatchObject({ type: 'syncing', sync: { again: true, held: [{ version: 8 }] } })
    expect(effects).toEqual([])
  })

  test('connects again after a malformed answer', () => {
    const { state } = run(...toReady, patch(8), failedSync('ERR_PROTOCOL'))
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_PROTOCOL' } })
  })

  test('connects again when the hub does not answer a GET in time', () => {
    const { state } = run(...toReady, { type: 'refresh' }, timer('deadline'))
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_TIMEOUT' } })
  })
})

describe('next() after a failure', () => {
  const failOnce: readonly SessionInput[] = [TOKEN, unreachable]

  test('waits longer after each failure, up to the cap', () => {
    const delays = [1, 2, 3, 8].map((times) => {
      const rounds = Array.from({ length: times }, () => [...failOnce, timer('retry')]).flat()
      const { state } = run({ type: 'start' }, ...rounds.slice(0, -1))
      return state.type === 'waiting' ? state.retryInMs : undefined
    })
    expect(delays).toEqual([500, 1000, 2000, 30_000])
  })

  test('counts a short connection as a failure, and forgets failures after the minimum uptime', () => {
    const again = [...failOnce, timer('retry'), TOKEN, { type: 'up' }, SUBSCRIBED] as const
    const ready: readonly SessionInput[] = [{ type: 'start' }, ...again, { type: 'document', document: document(1) }]
    expect(run(...ready, lost).state).toMatchObject({ type: 'waiting', streak: { failures: 2 } })
    expect(run(...ready, timer('uptime'), lost).state).toMatchObject({ type: 'waiting', streak: { failures: 1 } })
  })

  test('treats a first refusal as a stale token and a second as a wrong key', () => {
    const refused: SessionInput = { type: 'refused', code: 5 }
    const once = run({ type: 'start' }, TOKEN, refused)
    expect(types(once.effects)[0]).toBe('invalidateToken')
    expect(once.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_REFUSED' } })
    const twice = run({ type: 'start' }, TOKEN, refused, timer('retry'), TOKEN, refused)
    expect(twice.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_UNAUTHORIZED' } })
    const unlinked = run(
      { type: 'start' },
      TOKEN,
      refused,
      timer('retry'),
      TOKEN,
      { type: 'up' },
      lost,
      timer('retry'),
      TOKEN,
      refused,
    )
    expect(unlinked.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_REFUSED' } })
  })

  test('treats connections that are lost as soon as they are ready as a takeover, and slows down', () => {
    const life: readonly SessionInput[] = [
      TOKEN,
      { type: 'up' },
      SUBSCRIBED,
      { type: 'document', document: document(1) },
    ]
    const again: readonly SessionInput[] = [...life, lost, timer('retry')]
    const { state } = run({ type: 'start' }, ...again, ...again, ...life, lost)
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_REPLACED' }, retryInMs: 225_000 })
    const lasting = run({ type: 'start' }, ...again, ...again, ...life, timer('uptime'), lost)
    expect(lasting.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
  })

  test.each<[string, readonly SessionInput[], string]>([
    ['a source of tokens that gives none', [{ type: 'start' }], 'ERR_TOKEN'],
    ['a hub that does not answer CONNECT', [{ type: 'start' }, TOKEN], 'ERR_TIMEOUT'],
    ['a hub that does not answer SUBSCRIBE', [{ type: 'start' }, TOKEN, { type: 'up' }], 'ERR_TIMEOUT'],
    ['a hub that does not answer GET', TO_SYNCING, 'ERR_TIMEOUT'],
  ])('has a deadline for %s', (_, inputs, code) => {
    const { state, effects } = run(...inputs, timer('deadline'))
    expect(state).toMatchObject({ type: 'waiting', error: { code } })
    expect(types(effects)).toEqual(['cancelToken', 'closeWire', 'stopTimers', 'startTimer'])
  })

  test('closes only when the token source fails for good', () => {
    const final = new TwinError('ERR_TOKEN', 'revoked', { retriable: false })
    const { state } = run({ type: 'start' }, { type: 'tokenFailed', error: final })
    expect(statusOf(state)).toEqual({ type: 'closed', error: final })
  })
})
