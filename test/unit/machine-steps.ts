import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import { document, HOUR, NOW, TOKEN } from './machine-events.ts'

export const START: SessionInput = { type: 'start' }
export const UP: SessionInput = { type: 'up' }
export const REFUSED: SessionInput = { type: 'refused', code: 5 }
export const STOP_TIMERS = { type: 'stopTimers' }
export const started = (name: string, delayInMs: number): object => ({ type: 'startTimer', timer: name, delayInMs })
export const STREAK = { failures: 0, refusals: 0, drops: 0, pipelining: 'on' }
export const SYNC = { asked: true, again: false, held: [], rounds: 0 }
export const EXPIRES_AT = NOW + HOUR
export const READY = {
  type: 'ready',
  streak: STREAK,
  expiresAt: EXPIRES_AT,
  renewAt: NOW + 45 * 60_000,
  renewal: { type: 'none' },
  have: 5,
  subscribed: true,
}
export const READ = { type: 'get' }
export const ending = (delayInMs: number): object[] => [
  { type: 'cancelToken' },
  { type: 'closeWire' },
  STOP_TIMERS,
  started('retry', delayInMs),
]
export const first: SessionInput = { type: 'document', document: document(5) }
/** Ready before SUBACK. */
export const toEarly: readonly SessionInput[] = [START, TOKEN, UP, first]
