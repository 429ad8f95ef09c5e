import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { type SessionInput, statusOf } from '../../core/src/protocol/machine-states.ts'
import {
  delivered,
  document,
  HOUR,
  lost,
  NOW,
  patch,
  run,
  SUBSCRIBED,
  timer,
  TOKEN,
  toReady,
  types,
  unreachable,
} from './machine-events.ts'

describe('next() renews the token', () => {
  const due = { now: NOW + 45 * 60_000 }
  const fresh: SessionInput = { type: 'token', expiresAt: NOW + 2 * HOUR }

  test('when the clock reaches the time, and not when a timer fires early', () => {
    expect(types(run(...toReady, timer('renew')).effects)).toEqual(['startTimer'])
    expect(types(run(...toReady, { ...timer('renew'), ...due }).effects)).toContain('askToken')
  })

  test.each<[string, SessionInput]>([
    ['a notification', patch(6)],
    ['a wake', { type: 'wake', silentForInMs: 0 }],
    ['any timer', timer('uptime')],
  ])('when %s shows that it is due: a timer stands still while a machine sleeps', (_, input) => {
    expect(types(run(...toReady, { ...input, ...due }).effects)).toContain('askToken')
  })

  test('only once, with any input in between', () => {
    const { effects } = run(...toReady, { ...patch(6), ...due }, { ...patch(7), ...due }, { ...timer('renew'), ...due })
    expect(types(effects)).not.toContain('askToken')
  })

  test('by finishing open requests, closing, and connecting with the new token', () => {
    const draining = [...toReady, { ...timer('renew'), ...due }, { ...fresh, ...due }]
    expect(types(run(...draining).effects)).toEqual(['startTimer', 'drain'])
    expect(statusOf(run(...draining).state)).toEqual({ type: 'ready' })
    expect(delivered(run(...draining, patch(6)).effects)).toEqual(['patch 6'])
    for (const end of [{ type: 'drained' } as const, timer('renew')]) {
      const { state, effects } = run(...draining, end)
      expect(types(effects)).toEqual(['closeWire', 'stopTimers', 'startTimer', 'openWire', 'subscribe', 'get'])
      expect(state).toMatchObject({ type: 'opening', expiresAt: NOW + 2 * HOUR })
    }
  })

  test.each<[string, SessionInput]>([
    ['the source fails', { type: 'tokenFailed', error: new TwinError('ERR_TOKEN', 'no') }],
    ['the source gives the same token again', TOKEN],
  ])('later when %s, while the old one goes on working, and says so', (_, input) => {
    const { state, effects } = run(...toReady, { ...timer('renew'), ...due }, { ...input, ...due })
    expect(statusOf(state)).toMatchObject({ type: 'ready', error: { code: 'ERR_TOKEN' } })
    expect(effects).toEqual([{ type: 'startTimer', timer: 'renew', delayInMs: 45_000 }])
    const soon = { now: due.now + 44_000 }
    const after = [...toReady, { ...timer('renew'), ...due }, { ...input, ...due }]
    expect(types(run(...after, { ...patch(6), ...soon }).effects)).not.toContain('askToken')
    expect(types(run(...after, { ...timer('renew'), now: due.now + 45_000 }).effects)).toContain('askToken')
  })

  test('also while a desired patch is missing', () => {
    const { effects } = run(...toReady, patch(8), { ...timer('renew'), ...due })
    expect(types(effects)).toContain('askToken')
  })

  test('neither too often nor too late when the clock jumps', () => {
    const ahead = { now: NOW + 7 * 24 * HOUR }
    const jumped = [...toReady, { ...patch(6), ...ahead }]
    expect(types(run(...jumped).effects)).toContain('askToken')
    const again: readonly SessionInput[] = [{ type: 'drained' }, { type: 'up' }, SUBSCRIBED]
    const { state } = run(
      ...jumped,
      { type: 'token', expiresAt: ahead.now + HOUR },
      ...again.map((input) => ({ ...input, ...ahead })),
      { type: 'document', document: document(6), ...ahead },
    )
    expect(state).toMatchObject({ type: 'ready', renewAt: ahead.now + 45 * 60_000 })
  })
})

describe('next() wakes and sleeps', () => {
  const wake = (silentForInMs: number): SessionInput => ({ type: 'wake', silentForInMs })

  test('probes a hub after a long silence, with a short deadline', () => {
    const { effects } = run(...toReady, wake(60_000))
    expect(effects).toEqual([{ type: 'startTimer', timer: 'deadline', delayInMs: 5000 }, { type: 'get' }])
    expect(run(...toReady, wake(60_000), timer('deadline')).state).toMatchObject({ type: 'waiting' })
    expect(run(...toReady, wake(4000)).effects).toEqual([])
  })

  test('shortens the deadline of an open GET', () => {
    const { effects } = run(...toReady, { type: 'refresh' }, wake(60_000))
    expect(effects).toEqual([{ type: 'startTimer', timer: 'deadline', delayInMs: 5000 }])
  })

  test('shortens a wait once, with jitter', () => {
    const waiting: readonly SessionInput[] = [
      ...Array.from({ length: 6 }, () => [TOKEN, unreachable, timer('retry')]).flat(),
      TOKEN,
      unreachable,
    ]
    const { effects } = run({ type: 'start' }, ...waiting, wake(0))
    expect(effects).toEqual([{ type: 'startTimer', timer: 'retry', delayInMs: 500 }])
    expect(run({ type: 'start' }, ...waiting, wake(0), wake(0)).effects).toEqual([])
  })

  test('does not shorten the wait of a replaced connection', () => {
    const life: readonly SessionInput[] = [
      TOKEN,
      { type: 'up' },
      SUBSCRIBED,
      { type: 'document', document: document(1) },
      lost,
    ]
    const { state, effects } = run(
      { type: 'start' },
      ...life,
      timer('retry'),
      ...life,
      timer('retry'),
      ...life,
      wake(0),
    )
    expect(state).toMatchObject({ error: { code: 'ERR_REPLACED' } })
    expect(effects).toEqual([])
  })

  test('closes its connection while the page is put away, and reconnects with the page', () => {
    const { state, effects } = run(...toReady, { type: 'sleep' })
    expect(types(effects)).toContain('closeWire')
    expect(statusOf(state)).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
    expect(run(...toReady, { type: 'sleep' }, wake(0), timer('retry')).state.type).toBe('authorizing')
  })
})
