import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/protocol/machine.ts'
import { isSameStatus, type SessionInput, statusOf } from '../../core/src/protocol/machine-states.ts'
import {
  failedSync,
  lost,
  now,
  patch,
  run,
  settings,
  subscribed,
  timer,
  token,
  toReady,
  toSyncing,
  unreachable,
} from './machine-events.ts'
import { start, up, refused, started, streak, sync, expiresAt, first } from './machine-steps.ts'

describe('next() renews a token', () => {
  const due = { now: now + 45 * 60_000 }

  test('not before its time', () => {
    expect(run(...toReady, { ...patch(6), now: due.now - 1 }).state).toMatchObject({ renewal: { type: 'none' } })
    expect(run(...toReady, { ...patch(6), ...due })).toMatchObject({
      state: { renewal: { type: 'asking' } },
      effects: [{ type: 'desiredPatch' }, { type: 'askToken' }],
    })
    expect(run(...toReady, { ...timer('renew'), now: due.now - 5 }).effects).toEqual([started('renew', 5)])
  })

  test('only with a newer token', () => {
    const asking = [...toReady, { ...patch(6), ...due }]
    expect(run(...asking, { ...token, ...due }).state).toMatchObject({
      renewal: { type: 'none' },
      renewAt: due.now + 45_000,
      error: { code: 'ERR_TOKEN', message: 'Token expires in 900 s and its source gave no newer one' },
    })
    expect(run(...asking, { type: 'token', expiresAt: expiresAt + 1, ...due })).toMatchObject({
      state: { renewal: { type: 'draining', expiresAt: expiresAt + 1 } },
      effects: [started('renew', 5000), { type: 'drain' }],
    })
  })

  test('and forgets the failures, but not that a hub does not pipeline', () => {
    const closed = { ...lost, opened: true } as SessionInput
    const suspect = [start, token, closed, timer('retry'), token, up, subscribed, first] as const
    const { state } = run(
      ...suspect,
      { ...patch(6), ...due },
      { type: 'token', expiresAt: 2 * expiresAt, ...due },
      {
        type: 'drained',
        ...due,
      },
    )
    expect(state).toEqual({
      type: 'opening',
      streak: { ...streak, pipelining: 'off' },
      expiresAt: 2 * expiresAt,
      sync: { ...sync, asked: false },
    })
  })
})

describe('next() ignores', () => {
  const late: readonly SessionInput[] = [
    subscribed,
    first,
    failedSync('ERR_HUB'),
    { type: 'drained' },
    timer('repeat'),
    timer('uptime'),
    timer('renew'),
    start,
  ]
  const error = new TwinError('ERR_TOKEN', 'no')
  test.each<[string, readonly SessionInput[], readonly SessionInput[]]>([
    ['idle', [], [...late.slice(0, -1), token, lost, up, { type: 'wake', silentForInMs: 0 }, { type: 'sleep' }]],
    ['authorizing', [start], [...late, up, lost, refused, timer('retry'), { type: 'refresh' }, patch(1)]],
    ['opening', [start, token], [...late, token, timer('retry'), patch(1), { type: 'tokenFailed', error }]],
    [
      'syncing',
      toSyncing,
      [{ type: 'drained' }, timer('uptime'), timer('renew'), timer('retry'), token, up, refused, start],
    ],
    [
      'ready',
      toReady,
      [
        first,
        failedSync('ERR_HUB'),
        { type: 'drained' },
        timer('repeat'),
        timer('retry'),
        token,
        up,
        refused,
        start,
        { type: 'tokenFailed', error },
      ],
    ],
    [
      'waiting',
      [start, token, unreachable],
      [
        ...late,
        token,
        up,
        lost,
        refused,
        timer('deadline'),
        { type: 'refresh' },
        { type: 'sleep' },
        { type: 'tokenFailed', error },
      ],
    ],
    ['closed', [{ type: 'close' }], [...late, token, { type: 'close', error }, { type: 'sleep' }, timer('retry')]],
  ])('what does not concern a session that is %s', (_, inputs, ignored) => {
    for (const input of ignored) {
      const { state } = run(...inputs)
      const [after, effects] = next(state, { ...input, now, random: 0.5 }, settings)
      expect([input, after, effects]).toEqual([input, state, []])
      expect(after).toBe(state)
    }
  })
})

describe('statusOf()', () => {
  const error = new TwinError('ERR_TOKEN', 'no')
  test.each<[readonly SessionInput[], object]>([
    [[], { type: 'connecting', attempt: 1 }],
    [[start], { type: 'connecting', attempt: 1 }],
    [[start, token], { type: 'connecting', attempt: 1 }],
    [[start, token, unreachable, timer('retry'), token, up], { type: 'connecting', attempt: 2 }],
    [toReady, { type: 'ready' }],
    [[{ type: 'close' }], { type: 'closed' }],
    [[{ type: 'close', error }], { type: 'closed', error }],
    [[start, { type: 'tokenFailed', error }], { type: 'waiting', retryInMs: 500, error }],
  ])('after %j is %j', (inputs, status) => {
    expect(statusOf(run(...inputs).state)).toStrictEqual(status)
  })

  test('shows a change of each of its fields', () => {
    const waiting = { type: 'waiting', retryInMs: 5, error } as const
    expect(isSameStatus(waiting, { ...waiting })).toBe(true)
    expect(isSameStatus(waiting, { ...waiting, retryInMs: 6 })).toBe(false)
    expect(isSameStatus(waiting, { ...waiting, error: new TwinError('ERR_TOKEN', 'no') })).toBe(false)
    expect(isSameStatus({ type: 'ready' }, { type: 'closed' })).toBe(false)
    expect(isSameStatus({ type: 'connecting', attempt: 1 }, { type: 'connecting', attempt: 2 })).toBe(false)
  })
})
