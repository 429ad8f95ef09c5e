import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/protocol/machine.ts'
import type { Happening, SessionState } from '../../core/src/protocol/machine-states.ts'
import { document, failedSync, hour, lost, now, patch, settings, timer, token, types } from './machine-events.ts'

describe('next() over every state and every event', () => {
  const happenings: readonly Happening[] = [
    { type: 'start' },
    token,
    { type: 'token', expiresAt: now + 3 * hour },
    { type: 'tokenFailed', error: new TwinError('ERR_TOKEN', 'no') },
    { type: 'up' },
    { type: 'refused', code: 5 },
    lost,
    { type: 'subscribed' },
    { type: 'document', document: document(1) },
    { type: 'document', document: document(2) },
    failedSync('ERR_THROTTLED'),
    failedSync('ERR_PROTOCOL'),
    patch(2),
    patch(3),
    { type: 'notificationLost' },
    { type: 'refresh' },
    timer('deadline'),
    timer('retry'),
    timer('uptime'),
    timer('renew'),
    { type: 'drained' },
    { type: 'sleep' },
    { type: 'wake', silentForInMs: 0 },
    { type: 'wake', silentForInMs: 60_000 },
  ]
  const later = now + 50 * 60_000

  /** Counters without an upper bound are cut, so that the states that differ in kind are finitely many. */
  function keyOf(state: SessionState): string {
    return JSON.stringify(state, (name, value: unknown) => {
      if (['failures', 'refusals', 'drops', 'rounds'].includes(name)) return Math.min(value as number, 2)
      if (name === 'held') return (value as { version: number }[]).slice(-2).map(({ version }) => version)
      return name === 'error' || name === 'renewAt' || name === 'retryInMs' || name === 'expiresAt' ? undefined : value
    })
  }

  const states = new Map<string, SessionState>()
  const edges = new Map<string, Set<string>>()
  const explore = (state: SessionState): void => {
    const from = keyOf(state)
    if (states.has(from)) return
    states.set(from, state)
    edges.set(from, new Set())
    for (const happening of happenings) {
      for (const at of [now, later]) {
        const [after] = next(state, { ...happening, now: at, random: 0.5 }, settings)
        edges.get(from)?.add(keyOf(after))
        explore(after)
      }
    }
  }
  explore({ type: 'idle' })

  test('has a defined transition everywhere', () => {
    expect(states.size).toBeGreaterThan(30)
    expect(new Set([...states.values()].map(({ type }) => type))).toEqual(
      new Set(['idle', 'authorizing', 'opening', 'syncing', 'ready', 'waiting']),
    )
  })

  test('can close from everywhere, and then does nothing any more', () => {
    for (const state of states.values()) {
      const [closed, effects] = next(state, { type: 'close', now, random: 0 }, settings)
      expect(closed.type).toBe('closed')
      expect(types(effects)).toEqual(['cancelToken', 'closeWire', 'stopTimers'])
      for (const happening of happenings) {
        expect(next(closed, { ...happening, now, random: 0 }, settings)).toEqual([closed, []])
      }
    }
  })

  test('can become ready from everywhere', () => {
    const good = new Set([...states].filter(([, { type }]) => type === 'ready').map(([key]) => key))
    for (let size = 0; size !== good.size;) {
      size = good.size
      for (const [from, targets] of edges) if ([...targets].some((target) => good.has(target))) good.add(from)
    }
    expect([...states.keys()].filter((key) => !good.has(key))).toEqual([])
  })

  test('leaves no state that waits without a timer', () => {
    for (const state of states.values()) {
      for (const happening of happenings) {
        const [after, effects] = next(state, { ...happening, now, random: 0.5 }, settings)
        const isNew = after.type !== state.type && after.type !== 'ready'
        if (isNew) expect(types(effects), `${state.type} ${happening.type}`).toContain('startTimer')
      }
    }
  })
})
