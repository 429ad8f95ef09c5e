import type { Sample } from 'hubtwin-device-models'

/** A temperature that the hub accepted. */
export interface ReportedPoint {
  readonly at: number
  readonly temperature: number
}

/** Describes the chart for screen readers, in a sentence or two. */
export function chartWords(history: readonly Sample[], points: readonly ReportedPoint[]): string {
  const [first, last] = [history[0], history.at(-1)]
  if (first === undefined || last === undefined) return 'Temperature: no measurement yet.'
  const temperatures = history.map(({ temperature }) => temperature)
  const [lowest, highest] = [Math.min(...temperatures), Math.max(...temperatures)]
  const lastPoint = points.at(-1)
  const reported =
    lastPoint === undefined
      ? 'Not reported yet.'
      : `Reported ${points.length === 1 ? 'once' : `${points.length} times`}, last ${degrees(lastPoint.temperature)}.`
  return (
    `Temperature of the last ${spanOf(last.at - first.at)}: now ${degrees(last.temperature)}, ` +
    `between ${degrees(lowest)} and ${degrees(highest)}; the target is ${degrees(last.target)}. ${reported}`
  )
}

export function degrees(temperature: number): string {
  return `${temperature.toFixed(1)} °C`
}

function spanOf(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 90) return seconds === 1 ? 'second' : `${seconds} seconds`
  return `${Math.round(seconds / 60)} minutes`
}
