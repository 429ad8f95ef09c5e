import { TwinError } from '../errors.ts'
import { type Backoff, backoffDelay } from './backoff.ts'
import type {
  Effect,
  OpeningState,
  Pipelining,
  ReadyState,
  SessionEvent,
  SessionSettings,
  Step,
  Streak,
  SyncingState,
} from './machine-states.ts'
import { doubtPipelining } from './machine-pipelining.ts'
import { NEW_SYNC } from './machine-sync.ts'

export function newStreak(pipelining: Pipelining): Streak {
  return { failures: 0, refusals: 0, drops: 0, pipelining }
}

/** The twin could not be read. On a living connection a hub in need is only asked again later: a CONNECT would not help it. */
export function failSync(
  state: SyncingState | ReadyState,
  { error, random }: Extract<SessionEvent, { type: 'syncFailed' }>,
  settings: SessionSettings,
): Step {
  const told: Effect = { type: 'syncFailed', error }
  if (state.type === 'syncing' || !['ERR_THROTTLED', 'ERR_HUB'].includes(error.code)) {
    const isEarly = state.type === 'syncing' && !state.subscribed
    const [waiting, effects] = fail(isEarly ? doubtPipelining(state.streak) : state.streak, error, random, settings)
    return [waiting, [told, ...effects]]
  }
  const { rounds, ...sync } = state.sync ?? NEW_SYNC
  const delayInMs = (error.retryAfterInMs ?? 0) + backoffDelay(rounds + 1, random, backoff(settings))
  return [
    { ...state, sync: { ...sync, asked: false, rounds: rounds + 1 } },
    [told, { type: 'stopTimer', timer: 'deadline' }, { type: 'startTimer', timer: 'retry', delayInMs }],
  ]
}

/**
 * The hub answers every failed CONNECT alike, a passing fault of its own too (docs/protocol/protocol.md §1.5). So the first refusal
 * only makes the token suspect, and no number of refusals ends a session: nobody may be there to start it again.
 */
export function refuse(
  state: OpeningState,
  { code, random }: Extract<SessionEvent, { type: 'refused' }>,
  settings: SessionSettings,
): Step {
  const refusals = state.streak.refusals + 1
  const error =
    refusals > 1
      ? new TwinError(
          'ERR_UNAUTHORIZED',
          `Hub refused a fresh token (CONNACK ${code}): is the key right, the device there and enabled, the clock right?`,
        )
      : new TwinError('ERR_REFUSED', `Hub refused the connection (CONNACK ${code})`)
  const [waiting, effects] = fail({ ...state.streak, refusals }, error, random, settings)
  return [waiting, [{ type: 'invalidateToken' }, ...effects]]
}

/** So many connections in a row, lost as soon as they were ready, are no accident. */
const MAX_DROPS = 3

/** How much longer than any other wait: minutes, where that is a minute. */
const REPLACED_FACTOR = 5

/**
 * The hub drops the older of two connections of an identity (docs/protocol/protocol.md §1.3) and does not say why. Two clients that
 * both came back at once would throw each other out for ever, so what looks like that waits the longest.
 */
export function drop(
  streak: Streak,
  { error, random }: Extract<SessionEvent, { type: 'down' }>,
  settings: SessionSettings,
): Step {
  const drops = streak.drops + 1
  if (drops < MAX_DROPS) return fail({ ...streak, drops }, error, random, settings)
  const replaced = new TwinError(
    'ERR_REPLACED',
    `Connection was lost ${drops} times soon after it was ready: another one probably uses the same identity`,
    { cause: error },
  )
  const retryInMs = Math.floor(REPLACED_FACTOR * settings.maxRetryDelayInMs * (0.5 + random / 2))
  const failures = streak.failures + 1
  return [
    { type: 'waiting', streak: { ...streak, failures, drops }, error: replaced, retryInMs, woken: false },
    endConnection(retryInMs),
  ]
}

/** Waits, with back-off, for the next attempt from the beginning. */
export function fail(streak: Streak, error: TwinError, random: number, settings: SessionSettings): Step {
  const failures = streak.failures + 1
  const retryInMs = backoffDelay(failures, random, backoff(settings))
  return [
    { type: 'waiting', streak: { ...streak, failures }, error, retryInMs, woken: false },
    endConnection(retryInMs),
  ]
}

/** Ends whatever goes on, until the next attempt. */
export function endConnection(retryInMs: number): readonly Effect[] {
  return [
    { type: 'cancelToken' },
    { type: 'closeWire' },
    { type: 'stopTimers' },
    { type: 'startTimer', timer: 'retry', delayInMs: retryInMs },
  ]
}

function backoff({ retryDelayInMs, maxRetryDelayInMs }: SessionSettings): Backoff {
  return { delayInMs: retryDelayInMs, maxDelayInMs: maxRetryDelayInMs }
}
