import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/protocol/machine.ts'
import { isSameStatus, type SessionInput, statusOf } from '../../core/src/protocol/machine-states.ts'
import {
  failedSync,
  lost,
  NOW,
  patch,
  run,
  SETTINGS,
  SUBSCRIBED,
  timer,
  TOKEN,
  toReady,
  TO_SYNCING,
  unreachable,
} from './machine-events.ts'
import { START, UP, REFUSED, started, STREAK, SYNC, EXPIRES_AT, first } from './machine-steps.ts'

describe('next() renews a token', () => {
  const due = { now: NOW + 45 * 60_000 }

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
    expect(run(...asking, { ...TOKEN, ...due }).state).toMatchObject({
      renewal: { type: 'none' },
      renewAt: due.now + 45_000,
      error: { code: 'ERR_TOKEN', message: 'Token expires in 900 s, and its source returned no newer token' },
    })
    expect(run(...asking, { type: 'token', expiresAt: EXPIRES_AT + 1, ...due })).toMatchObject({
      state: { renewal: { type: 'draining', expiresAt: EXPIRES_AT + 1 } },
      effects: [started('renew', 5000), { type: 'drain' }],
    })
  })

  test('and forgets the failures, but not that a hub does not pipeline', () => {
    const closed = { ...lost, opened: true } as SessionInput
    const suspect = [START, TOKEN, closed, timer('retry'), TOKEN, UP, SUBSCRIBED, first] as const
    const { state } = run(
      ...suspect,
      { ...patch(6), ...due },
      { type: 'token', expiresAt: 2 * EXPIRES_AT, ...due },
      {
        type: 'drained',
        ...due,
      },
    )
    expect(state).toEqual({
      type: 'opening',
      streak: { ...STREAK, pipelining: 'off' },
      expiresAt: 2 * EXPIRES_AT,
      sync: { ...SYNC, asked: false },
    })
  })
})

describe('next() ignores', () => {
  const late: readonly SessionInput[] = [
    SUBSCRIBED,
    first,
    failedSync('ERR_HUB'),
    { type: 'drained' },
    timer('repeat'),
    timer('uptime'),
    timer('renew'),
    START,
  ]
  const error = new TwinError('ERR_TOKEN', 'no')
  test.each<[string, readonly SessionInput[], readonly SessionInput[]]>([
    ['idle', [], [...late.slice(0, -1), TOKEN, lost, UP, { type: 'wake', silentForInMs: 0 }, { type: 'sleep' }]],
    ['authorizing', [START], [...late, UP, lost, REFUSED, timer('retry'), { type: 'refresh' }, patch(1)]],
    ['opening', [START, TOKEN], [...late, TOKEN, timer('retry'), patch(1), { type: 'tokenFailed', error }]],
    [
      'syncing',
      TO_SYNCING,
      [{ type: 'drained' }, timer('uptime'), timer('renew'), timer('retry'), TOKEN, UP, REFUSED, START],
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
        TOKEN,
        UP,
        REFUSED,
        START,
        { type: 'tokenFailed', error },
      ],
    ],
    [
      'waiting',
      [START, TOKEN, unreachable],
      [
        ...late,
        TOKEN,
        UP,
        lost,
        REFUSED,
        timer('deadline'),
        { type: 'refresh' },
        { type: 'sleep' },
        { type: 'tokenFailed', error },
      ],
    ],
    ['closed', [{ type: 'close' }], [...late, TOKEN, { type: 'close', error }, { type: 'sleep' }, timer('retry')]],
  ])('every input that does not concern a session in the state %s', (_, inputs, ignored) => {
    for (const input of ignored) {
      const { state } = run(...inputs)
      const [after, effects] = next(state, { ...input, now: NOW, random: 0.5 }, SETTINGS)
      expect([input, after, effects]).toEqual([input, state, []])
      expect(after).toBe(state)
    }
  })
})

describe('statusOf()', () => {
  const error = new TwinError('ERR_TOKEN', 'no')
  test.each<[readonly SessionInput[], object]>([
    [[], { type: 'connecting', attempt: 1 }],
    [[START], { type: 'connecting', attempt: 1 }],
    [[START, TOKEN], { type: 'connecting', attempt: 1 }],
    [[START, TOKEN, unreachable, timer('retry'), TOKEN, UP], { type: 'connecting', attempt: 2 }],
    [toReady, { type: 'ready' }],
    [[{ type: 'close' }], { type: 'closed' }],
    [[{ type: 'close', error }], { type: 'closed', error }],
    [[START, { type: 'tokenFailed', error }], { type: 'waiting', retryInMs: 500, error }],
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
