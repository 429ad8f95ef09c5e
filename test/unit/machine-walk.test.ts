import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/protocol/machine.ts'
import type { Effect, SessionInput, SessionState } from '../../core/src/protocol/machine-states.ts'
import {
  document,
  failedSync,
  HOUR,
  lost,
  NOW,
  patch,
  SETTINGS,
  SUBSCRIBED,
  timer,
  TOKEN,
  types,
} from './machine-events.ts'

describe('next() over every state and every input', () => {
  const inputs: readonly SessionInput[] = [
    { type: 'start' },
    TOKEN,
    { type: 'token', expiresAt: NOW + 3 * HOUR },
    { type: 'tokenFailed', error: new TwinError('ERR_TOKEN', 'no') },
    { type: 'up' },
    { type: 'refused', code: 5 },
    lost,
    { ...lost, opened: true } as SessionInput,
    SUBSCRIBED,
    { type: 'document', document: document(1) },
    { type: 'document', document: document(2) },
    failedSync('ERR_THROTTLED'),
    failedSync('ERR_PROTOCOL'),
    patch(2),
    patch(3),
    { type: 'desiredPatchLost' },
    { type: 'refresh' },
    timer('deadline'),
    timer('repeat'),
    timer('retry'),
    timer('uptime'),
    timer('renew'),
    { type: 'drained' },
    { type: 'sleep' },
    { type: 'wake', silentForInMs: 0 },
    { type: 'wake', silentForInMs: 60_000 },
  ]
  const later = NOW + 50 * 60_000

  /** Limits the unbounded counters, so that the number of different states is finite. */
  function keyOf(state: SessionState): string {
    return JSON.stringify(state, (name, value: unknown) => {
      if (['failures', 'rounds'].includes(name)) return Math.min(value as number, 1)
      if (['refusals', 'drops'].includes(name)) return Math.min(value as number, 2)
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
    for (const input of inputs) {
      for (const at of [NOW, later]) {
        const [after] = next(state, { ...input, now: at, random: 0.5 }, SETTINGS)
        edges.get(from)?.add(keyOf(after))
        explore(after)
      }
    }
  }
  explore({ type: 'idle' })

  interface Taken {
    readonly state: SessionState
    readonly input: SessionInput
    readonly after: SessionState
    readonly effects: readonly Effect[]
  }

  let taken: readonly Taken[] | undefined

  /** Every step from every state. */
  function steps(): readonly Taken[] {
    taken ??= [...states.values()].flatMap((state) =>
      inputs.map((input) => {
        const [after, effects] = next(state, { ...input, now: NOW, random: 0.5 }, SETTINGS)
        return { state, input, after, effects }
      }),
    )
    return taken
  }

  test('has a transition from every state', () => {
    expect(states.size).toBeGreaterThan(30)
    expect(new Set([...states.values()].map(({ type }) => type))).toEqual(
      new Set(['idle', 'authorizing', 'opening', 'syncing', 'ready', 'waiting']),
    )
  })

  test('can close from every state, and then ignores every input', () => {
    const closed = new Map<string, SessionState>()
    for (const state of states.values()) {
      const [after, effects] = next(state, { type: 'close', now: NOW, random: 0 }, SETTINGS)
      closed.set(`${keyOf(after)} ${types(effects).join()}`, after)
    }
    expect([...closed.keys()]).toEqual(['{"type":"closed"} cancelToken,closeWire,stopTimers'])
    for (const state of closed.values()) {
      for (const input of inputs) {
        expect(next(state, { ...input, now: NOW, random: 0 }, SETTINGS)).toEqual([state, []])
      }
    }
  })

  test('can become ready from every state', () => {
    const good = new Set([...states].filter(([, { type }]) => type === 'ready').map(([key]) => key))
    for (let size = 0; size !== good.size;) {
      size = good.size
      for (const [from, targets] of edges) if ([...targets].some((target) => good.has(target))) good.add(from)
    }
    expect([...states.keys()].filter((key) => !good.has(key))).toEqual([])
  })

  test('leaves no state that waits without a timer', () => {
    const wrong = steps()
      .filter(({ state, after }) => after.type !== state.type && after.type !== 'ready')
      .filter(({ effects }) => !types(effects).includes('startTimer'))
    expect(wrong).toEqual([])
  })

  test('pipelines until a connection fails, and stops after a connection without pipelining is ready', () => {
    const wrong = steps().filter(({ state, after, effects }) => {
      const all = types(effects)
      const isPipelined = all.includes('openWire') && all.includes('subscribe') && all.includes('get')
      const mode = 'streak' in after ? after.streak.pipelining : undefined
      const isForgotten = 'streak' in state && state.streak.pipelining === 'off' && mode !== 'off'
      return all.includes('openWire') && (isPipelined !== (mode === 'on') || isForgotten)
    })
    expect(wrong).toEqual([])
    expect(
      new Set([...states.values()].flatMap((state) => ('streak' in state ? [state.streak.pipelining] : []))),
    ).toEqual(new Set(['on', 'suspect', 'off']))
  })

  test('repeats a GET only while the first document is awaited', () => {
    const repeating = steps().filter(({ effects }) => types(effects).includes('repeatGet'))
    expect(repeating.length).toBeGreaterThan(0)
    expect(repeating.filter(({ state }) => state.type !== 'syncing')).toEqual([])
  })

  test('reads the twin again when SUBACK follows the document', () => {
    const late = steps().filter(
      ({ state, input }) => state.type === 'ready' && !state.subscribed && input === SUBSCRIBED,
    )
    expect(late.length).toBeGreaterThan(0)
    expect(late.filter(({ after }) => after.type !== 'ready' || after.sync === undefined)).toEqual([])
  })
})
