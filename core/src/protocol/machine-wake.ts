import { TwinError } from '../errors.ts'
import { closeUntil, startTimer } from './machine-effects.ts'
import type { ReadyState, SessionEvent, SessionSettings, SessionState, Step, WaitingState } from './machine-states.ts'
import { NEW_SYNC, resync } from './machine-sync.ts'

type Wake = Extract<SessionEvent, { type: 'wake' }>

/** After a packet this recent, the connection needs no probe. */
const RECENT_IN_MS = 5000

/**
 * After a sleep, a socket may be open and dead. Reads the twin with a deadline shorter than a
 * keep-alive.
 */
export function probe(state: ReadyState, { silentForInMs }: Wake, settings: SessionSettings): Step {
  if (silentForInMs < RECENT_IN_MS) return [state, []]
  const requestTimeoutInMs = Math.min(settings.wakeTimeoutInMs, settings.requestTimeoutInMs)
  if (state.sync === undefined) return resync(state, NEW_SYNC, { ...settings, requestTimeoutInMs })
  return [state, state.sync.asked ? [startTimer('deadline', requestTimeoutInMs)] : []]
}

/** Devices that wake together reconnect within this time. */
const WAKE_SPREAD_IN_MS = 1000

/**
 * Shortens a wait once, but not to nothing: a whole building may have its network back at this
 * moment. A replaced connection waits on, or two pages that are shown in turn would replace each
 * other.
 */
export function wakeEarly(state: WaitingState, { random }: Wake): Step {
  if (state.woken || state.error.code === 'ERR_REPLACED') return [state, []]
  const delayInMs = Math.floor(random * Math.min(WAKE_SPREAD_IN_MS, state.retryInMs))
  return [{ ...state, woken: true }, [startTimer('retry', delayInMs)]]
}

/**
 * A page with an open WebSocket cannot enter the back/forward cache, and a frozen page does not
 * answer the hub.
 */
export function sleep(state: SessionState, { maxRetryDelayInMs: retryInMs }: SessionSettings): Step {
  if (state.type === 'idle' || state.type === 'waiting' || state.type === 'closed') return [state, []]
  const error = new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep')
  return [{ type: 'waiting', streak: state.streak, error, retryInMs, woken: false }, closeUntil(retryInMs)]
}
