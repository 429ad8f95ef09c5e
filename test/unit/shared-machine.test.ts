import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { HandedOverReport } from '../../core/src/tabs/messages.ts'
import { next } from '../../core/src/tabs/shared-machine.ts'
import type { SharedEffect, SharedInput, SharedState } from '../../core/src/tabs/shared-states.ts'

const OLD: readonly HandedOverReport[] = [{ tab: 'a', id: 1, patch: { a: 1 } }]
const NEW: readonly HandedOverReport[] = [{ tab: 'b', id: 2, patch: { b: 1 } }]

const STATES = {
  away: { type: 'away', handover: OLD },
  candidate: { type: 'candidate', isFollowing: false, handover: OLD },
  follower: { type: 'candidate', isFollowing: true, handover: OLD },
  leader: { type: 'leader' },
  alone: { type: 'alone', reason: 'no locks' },
} as const satisfies Record<string, SharedState>

const INPUTS = {
  join: { type: 'join' },
  wake: { type: 'wake' },
  sleep: { type: 'sleep' },
  locked: { type: 'locked' },
  lockFailed: { type: 'lockFailed', reason: 'denied' },
  following: { type: 'following' },
  handover: { type: 'handover', reports: NEW },
} as const satisfies Record<string, SharedInput>

const CONNECTING: SharedEffect = { type: 'showStatus', status: { type: 'connecting', attempt: 1 } }
const ENTER: readonly SharedEffect[] = [CONNECTING, { type: 'enter' }]
const LEAVE: SharedEffect = { type: 'leave', how: 'sleep' }
const role = (type: 'joining' | 'follower' | 'leader'): SharedEffect => ({ type: 'showRole', role: { type } })

const ASLEEP: readonly SharedEffect[] = [
  LEAVE,
  role('joining'),
  {
    type: 'showStatus',
    status: {
      type: 'waiting',
      retryInMs: 60_000,
      error: new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep'),
    },
  },
  { type: 'joinLater', delayInMs: 60_000 },
]

/** The transitions of the two kinds of candidates, which differ only in the role. */
const OF_CANDIDATES = {
  wake: (state: SharedState) => [state, [{ type: 'hello' }]],
  sleep: () => [{ type: 'away', handover: OLD }, ASLEEP],
  locked: () => [{ type: 'leader' }, [role('leader'), CONNECTING, { type: 'lead', reports: OLD }]],
  lockFailed: () => {
    const alone = { type: 'alone', reason: 'denied' } as const
    return [alone, [LEAVE, { type: 'showRole', role: alone }, CONNECTING, { type: 'lead', reports: OLD }]]
  },
  following: () => [{ type: 'candidate', isFollowing: true, handover: [] }, [role('follower')]],
  handover: (state: SharedState) => [{ ...state, handover: NEW }, []],
} as const

const WAITING = { type: 'candidate', isFollowing: false } as const

/** An input that is missing here changes nothing. */
const TABLE: Readonly<
  Record<keyof typeof STATES, Partial<Record<keyof typeof INPUTS, (state: SharedState) => readonly unknown[]>>>
> = {
  away: {
    join: () => [{ ...WAITING, handover: OLD }, ENTER],
    wake: () => [{ ...WAITING, handover: OLD }, ENTER],
  },
  candidate: OF_CANDIDATES,
  follower: OF_CANDIDATES,
  leader: {
    wake: (state) => [state, [{ type: 'forward', event: 'wake' }]],
    sleep: () => [{ type: 'away', handover: [] }, ASLEEP],
    lockFailed: () => [{ ...WAITING, handover: [] }, [LEAVE, role('joining'), ...ENTER]],
    handover: (state) => [state, [{ type: 'resumeReports', reports: NEW }]],
  },
  alone: {
    wake: (state) => [state, [{ type: 'forward', event: 'wake' }]],
    sleep: (state) => [state, [{ type: 'forward', event: 'sleep' }]],
  },
}

describe.each(Object.entries(STATES))('The shared twin of a tab, as %s,', (name, state) => {
  test.each(Object.entries(INPUTS))('handles %s', (type, input) => {
    const expected = TABLE[name as keyof typeof STATES][type as keyof typeof INPUTS]?.(state) ?? [state, []]
    expect(next(state, input, { maxRetryDelayInMs: 60_000 })).toStrictEqual(expected)
  })
})
