import { TwinError } from '../errors.ts'
import { endConnection } from './machine-failures.ts'
import type { ReadyState, SessionEvent, SessionSettings, SessionState, Step, WaitingState } from './machine-states.ts'
import { NEW_SYNC, resync } from './machine-sync.ts'

type Wake = Extract<SessionEvent, { type: 'wake' }>

/** A hub that has spoken so lately is there. */
const RECENT_IN_MS = 5000

/** A socket may be open and dead after a sleep. The twin is read, with a deadline shorter than any keep-alive. */
export function probe(state: ReadyState, { silentForInMs }: Wake, settings: SessionSettings): Step {
  if (silentForInMs < RECENT_IN_MS) return [state, []]
  const urgent = { ...settings, requestTimeoutInMs: Math.min(settings.wakeTimeoutInMs, settings.requestTimeoutInMs) }
  if (state.sync === undefined) return resync(state, NEW_SYNC, urgent)
  return state.sync.asked
    ? [state, [{ type: 'startTimer', timer: 'deadline', delayInMs: urgent.requestTimeoutInMs }]]
    : [state, []]
}

/** Who wakes together comes back within this. */
const WAKE_SPREAD_IN_MS = 1000

/**
 * Cuts a wait short, once, and not to nothing: a whole building may have its network back at this moment. Who was
 * replaced goes on waiting, or two pages that are shown in turn would throw each other out.
 */
export function wakeEarly(state: WaitingState, { random }: Wake): Step {
  if (state.woken || state.error.code === 'ERR_REPLACED') return [state, []]
  const delayInMs = Math.floor(random * Math.min(WAKE_SPREAD_IN_MS, state.retryInMs))
  return [{ ...state, woken: true }, [{ type: 'startTimer', timer: 'retry', delayInMs }]]
}

/** A page with an open WebSocket can't go into the back/forward cache, and a frozen one does not answer the hub. */
export function sleep(state: SessionState, { maxRetryDelayInMs }: SessionSettings): Step {
  if (state.type === 'idle' || state.type === 'waiting' || state.type === 'closed') return [state, []]
  const error = new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep')
  return [
    { type: 'waiting', streak: state.streak, error, retryInMs: maxRetryDelayInMs, woken: false },
    endConnection(maxRetryDelayInMs),
  ]
}
