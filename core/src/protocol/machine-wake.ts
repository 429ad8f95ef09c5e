import { TwinError } from '../errors.ts'
import { startTimer } from './machine-effects.ts'
import { wait } from './machine-failures.ts'
import type { ActiveState, ReadyState, SessionEvent, SessionSettings, Step, WaitingState } from './machine-states.ts'
import { NEW_SYNC, resync } from './machine-sync.ts'

type Wake = Extract<SessionEvent, { type: 'wake' }>

/** After a packet this recent, the connection needs no probe. */
const RECENT_IN_MS = 5000

/**
 * After a sleep, a socket may be open and dead. Reads the twin with a deadline shorter than a
 * keep-alive.
 */
export function probe(state: ReadyState, { silentForInMs }: Wake, settings: SessionSettings): Step | undefined {
  if (silentForInMs < RECENT_IN_MS) return undefined
  const requestTimeoutInMs = Math.min(settings.wakeTimeoutInMs, settings.requestTimeoutInMs)
  if (state.sync === undefined) return resync(state, NEW_SYNC, { ...settings, requestTimeoutInMs })
  return state.sync.asked ? [state, [startTimer('deadline', requestTimeoutInMs)]] : undefined
}

/** Devices that wake together reconnect within this time. */
const WAKE_SPREAD_IN_MS = 1000

/**
 * Shortens a wait once, but not to zero: a whole building may regain its network at the same
 * moment. A replaced connection keeps its delay. Otherwise, two pages that a user shows in turn
 * would replace each other.
 */
export function wakeEarly(state: WaitingState, { random }: Wake): Step | undefined {
  if (state.woken || state.error.code === 'ERR_REPLACED') return undefined
  const delayInMs = Math.floor(random * Math.min(WAKE_SPREAD_IN_MS, state.retryInMs))
  return [{ ...state, woken: true }, [startTimer('retry', delayInMs)]]
}

/**
 * A page with an open WebSocket cannot enter the back/forward cache, and a frozen page does not
 * answer the hub.
 */
export function sleep({ streak }: ActiveState, _: unknown, { maxRetryDelayInMs }: SessionSettings): Step {
  return wait(streak, new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep'), maxRetryDelayInMs)
}
