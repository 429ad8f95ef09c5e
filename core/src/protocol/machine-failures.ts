import { TwinError } from '../errors.ts'
import { type Backoff, backoffDelay } from './backoff.ts'
import { CLOSE, startTimer } from './machine-effects.ts'
import { suspectPipelining } from './machine-pipelining.ts'
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
import { NEW_SYNC } from './machine-sync.ts'

export function newStreak(pipelining: Pipelining): Streak {
  return { failures: 0, refusals: 0, drops: 0, pipelining }
}

/**
 * The twin could not be read. A hub that throttles or has an internal error gets the next GET
 * later, on the same connection: another CONNECT would not help it.
 */
export function failSync(
  state: SyncingState | ReadyState,
  event: Extract<SessionEvent, { type: 'syncFailed' }>,
  settings: SessionSettings,
): Step {
  const { error } = event
  const failed: Effect = { type: 'syncFailed', error }
  if (state.type === 'syncing' || !['ERR_THROTTLED', 'ERR_HUB'].includes(error.code)) {
    const isEarly = state.type === 'syncing' && !state.subscribed
    const [waiting, effects] = fail(isEarly ? suspectPipelining(state.streak) : state.streak, error, event, settings)
    return [waiting, [failed, ...effects]]
  }
  const { rounds, ...sync } = state.sync ?? NEW_SYNC
  const delayInMs = (error.retryAfterInMs ?? 0) + backoffDelay(rounds + 1, event.random, backoff(settings))
  return [
    { ...state, sync: { ...sync, asked: false, rounds: rounds + 1 } },
    [failed, { type: 'stopTimer', timer: 'deadline' }, startTimer('retry', delayInMs)],
  ]
}

/**
 * The hub responds to every failed CONNECT alike, even after a brief internal error
 * (docs/protocol/protocol.md §1.5). So the first refusal only makes the token suspect, and no
 * number of refusals ends a session: there may be no operator to start it again.
 */
export function refuse(
  { streak }: OpeningState,
  event: Extract<SessionEvent, { type: 'refused' }>,
  settings: SessionSettings,
): Step {
  const refusals = streak.refusals + 1
  const code = `(CONNACK ${event.code})`
  const error =
    refusals > 1
      ? new TwinError(
          'ERR_UNAUTHORIZED',
          `Hub refused a fresh token ${code}: is the key right, the device there and enabled, the clock right?`,
        )
      : new TwinError('ERR_REFUSED', `Hub refused the connection ${code}`)
  const [waiting, effects] = fail({ ...streak, refusals }, error, event, settings)
  return [waiting, [{ type: 'invalidateToken' }, ...effects]]
}

/** After this many connections in a row, each lost soon after it was ready, chance is unlikely. */
const MAX_DROPS = 3

/** How many times longer than `maxRetryDelayInMs` a replaced connection waits at most. */
const REPLACED_FACTOR = 5

/**
 * The hub drops the older of two connections of an identity (docs/protocol/protocol.md §1.3) and
 * gives no reason. Two clients that reconnect at once would replace each other forever, so a
 * connection that is lost repeatedly waits the longest.
 */
export function drop(streak: Streak, event: Extract<SessionEvent, { type: 'down' }>, settings: SessionSettings): Step {
  const drops = streak.drops + 1
  const { error: cause } = event
  if (drops < MAX_DROPS) return fail({ ...streak, drops }, cause, event, settings)
  const error = new TwinError(
    'ERR_REPLACED',
    `Connection was lost ${drops} times soon after it was ready: another client probably uses the same identity`,
    { cause },
  )
  const retryInMs = Math.floor(REPLACED_FACTOR * settings.maxRetryDelayInMs * (0.5 + event.random / 2))
  return wait({ ...streak, drops, failures: streak.failures + 1 }, error, retryInMs)
}

/** Waits, with back-off, and then starts over. */
export function fail(
  streak: Streak,
  error: TwinError,
  { random }: { readonly random: number },
  settings: SessionSettings,
): Step {
  const failures = streak.failures + 1
  return wait({ ...streak, failures }, error, backoffDelay(failures, random, backoff(settings)))
}

/** Ends the connection, or the attempt to open one, until the next attempt. */
export function wait(streak: Streak, error: TwinError, retryInMs: number): Step {
  return [{ type: 'waiting', streak, error, retryInMs, woken: false }, [...CLOSE, startTimer('retry', retryInMs)]]
}

function backoff({ retryDelayInMs, maxRetryDelayInMs }: SessionSettings): Backoff {
  return { delayInMs: retryDelayInMs, maxDelayInMs: maxRetryDelayInMs }
}
