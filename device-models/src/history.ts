import { temperatureAt, type Thermostat } from './thermostat.ts'

/** The room's temperature and its target at a time. */
export interface Sample {
  readonly at: number
  readonly temperature: number
  readonly target: number
}

/** The length of the history, with a sample per second, oldest first. */
export const HISTORY_IN_MS: number = 5 * 60_000
const STEP_IN_MS = 1000

/**
 * Extends the history until now. It fills the gap that a sleeping machine or a hidden page left,
 * because the temperature at every second between two events is known.
 */
export function extendHistory(history: readonly Sample[], thermostat: Thermostat, now: number): readonly Sample[] {
  const start = now - HISTORY_IN_MS
  const last = history.at(-1)?.at ?? thermostat.at - STEP_IN_MS
  // A clock that is set back starts a new history, because times in a chart only grow.
  if (last > now) return [sampleAt(thermostat, now)]
  const first = Math.max(last + STEP_IN_MS, start)
  if (first > now) return history
  const count = Math.floor((now - first) / STEP_IN_MS) + 1
  const more = Array.from({ length: count }, (_, index) => sampleAt(thermostat, first + index * STEP_IN_MS))
  return [...history.filter(({ at }) => at >= start), ...more]
}

function sampleAt(thermostat: Thermostat, at: number): Sample {
  return { at, temperature: temperatureAt(thermostat, at), target: thermostat.target.value }
}
