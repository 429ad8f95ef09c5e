import { TwinError } from '../errors.ts'
import { startTimer, STOP_TIMERS } from './machine-effects.ts'
import { newStreak } from './machine-failures.ts'
import { FLIGHT } from './machine-pipelining.ts'
import type { ReadyState, SessionEvent, SessionSettings, Step, Streak } from './machine-states.ts'
import { NEW_SYNC } from './machine-sync.ts'
import { timerDelay } from './renewal.ts'

/** Connects with the newest token. */
export function open(streak: Streak, expiresAt: number, settings: SessionSettings): Step {
  const isPipelined = streak.pipelining === 'on'
  return [
    { type: 'opening', streak, expiresAt, sync: { ...NEW_SYNC, asked: isPipelined } },
    [
      STOP_TIMERS,
      startTimer('deadline', settings.connectTimeoutInMs),
      { type: 'openWire' },
      ...(isPipelined ? FLIGHT : []),
    ],
  ]
}

/**
 * How long open requests may delay a new token. Requests that the change interrupts are sent again.
 */
const DRAIN_TIMEOUT_IN_MS = 5000

/**
 * Checks the clock after every input. A timer alone would miss the expiry after the machine slept
 * or its clock was set.
 */
export function checkExpiry(step: Step, now: number): Step {
  const [state, effects] = step
  if (state.type !== 'ready' || state.renewal.type !== 'none' || now < state.renewAt) return step
  return [{ ...state, renewal: { type: 'asking' } }, [...effects, { type: 'askToken' }]]
}

/** The renewal timer fired: early, at its time, or because open requests did not end. */
export function continueRenewal(state: ReadyState, { now }: { readonly now: number }, settings: SessionSettings): Step {
  if (state.renewal.type === 'draining') return changeToken(state, state.renewal.expiresAt, settings)
  return [state, [startTimer('renew', timerDelay(state.renewAt, now))]]
}

export function handleToken(
  state: ReadyState,
  event: Extract<SessionEvent, { type: 'token' }>,
  settings: SessionSettings,
): Step | undefined {
  if (state.renewal.type !== 'asking') return undefined
  if (event.expiresAt <= state.expiresAt) {
    const seconds = Math.round((state.expiresAt - event.now) / 1000)
    const error = new TwinError('ERR_TOKEN', `Token expires in ${seconds} s, and its source returned no newer token`)
    return renewLater(state, error, event, settings)
  }
  return [
    { ...state, renewal: { type: 'draining', expiresAt: event.expiresAt } },
    [startTimer('renew', DRAIN_TIMEOUT_IN_MS), { type: 'drain' }],
  ]
}

/** The hub allows a single connection per identity, so the old connection ends first. */
export function changeToken({ streak }: ReadyState, expiresAt: number, settings: SessionSettings): Step {
  const [state, effects] = open(newStreak(streak.pipelining), expiresAt, settings)
  return [state, [{ type: 'closeWire' }, ...effects]]
}

/** The old token works until it expires. Then the hub closes the connection. */
export function renewLater(
  state: ReadyState,
  error: TwinError,
  { now, random }: { readonly now: number; readonly random: number },
  { maxRetryDelayInMs }: SessionSettings,
): Step {
  const delayInMs = maxRetryDelayInMs * (0.5 + random / 2)
  return [{ ...state, renewal: { type: 'none' }, renewAt: now + delayInMs, error }, [startTimer('renew', delayInMs)]]
}
