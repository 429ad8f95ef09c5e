import { temperatureAt, type Thermostat } from './thermostat.ts'

/** The room's temperature and the target, a sample a second, oldest first. */
export interface Sample {
  readonly at: number
  readonly temperature: number
  readonly target: number
}

/** How far back it goes. */
export const HISTORY_IN_MS: number = 5 * 60_000
const STEP_IN_MS = 1000

/**
 * The history after the thermostat has been as it is until now. What a sleeping machine or a hidden page left out is
 * filled in: between two events the temperature of every second is known.
 */
export function extendHistory(history: readonly Sample[], thermostat: Thermostat, now: number): readonly Sample[] {
  const begin = now - HISTORY_IN_MS
  const last = history.at(-1)?.at ?? thermostat.at - STEP_IN_MS
  // A clock that was set back begins anew: times in a chart only grow.
  if (last > now) return [sampleAt(thermostat, now)]
  const first = Math.max(last + STEP_IN_MS, begin)
  if (first > now) return history
  const count = Math.floor((now - first) / STEP_IN_MS) + 1
  const more = Array.from({ length: count }, (_, index) => sampleAt(thermostat, first + index * STEP_IN_MS))
  return [...history.filter(({ at }) => at >= begin), ...more]
}

function sampleAt(thermostat: Thermostat, at: number): Sample {
  return { at, temperature: temperatureAt(thermostat, at), target: thermostat.target.value }
}
