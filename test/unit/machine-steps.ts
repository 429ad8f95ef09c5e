import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import { document, hour, now, token } from './machine-events.ts'

export const start: SessionInput = { type: 'start' }
export const up: SessionInput = { type: 'up' }
export const refused: SessionInput = { type: 'refused', code: 5 }
export const stopTimers = { type: 'stopTimers' }
export const started = (name: string, delayInMs: number): object => ({ type: 'startTimer', timer: name, delayInMs })
export const streak = { failures: 0, refusals: 0, drops: 0, pipelining: 'on' }
export const sync = { asked: true, again: false, held: [], rounds: 0 }
export const expiresAt = now + hour
export const ready = {
  type: 'ready',
  streak,
  expiresAt,
  renewAt: now + 45 * 60_000,
  renewal: { type: 'none' },
  have: 5,
  subscribed: true,
}
export const read = { type: 'get' }
export const ending = (delayInMs: number): object[] => [
  { type: 'cancelToken' },
  { type: 'closeWire' },
  stopTimers,
  started('retry', delayInMs),
]
export const first: SessionInput = { type: 'document', document: document(5) }
/** Ready before SUBACK. */
export const toEarly: readonly SessionInput[] = [start, token, up, first]
