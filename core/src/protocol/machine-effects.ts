import type { Effect, TimerName } from './machine-states.ts'

export const STOP_TIMERS: Effect = { type: 'stopTimers' }

export function startTimer(timer: TimerName, delayInMs: number): Effect {
  return { type: 'startTimer', timer, delayInMs }
}

/** Ends the connection, or the attempt to open one. */
export const CLOSE: readonly Effect[] = [{ type: 'cancelToken' }, { type: 'closeWire' }, STOP_TIMERS]
