import type { Sample } from 'hubtwin-device-models'
import type { ReportedPoint } from './chart-words.ts'

/** uPlot's format: times in seconds, and for each series a value per time, or `null`. */
export type ChartData = [at: number[], temperature: number[], target: number[], reported: (number | null)[]]

/** Puts each reported point at the nearest sample. */
export function chartData(history: readonly Sample[], points: readonly ReportedPoint[]): ChartData {
  const reported: (number | null)[] = history.map(() => null)
  const first = history[0]?.at ?? 0
  for (const { at, temperature } of points) {
    const index = Math.round((at - first) / 1000)
    if (index >= 0 && index < reported.length) reported[index] = temperature
  }
  return [
    history.map(({ at }) => at / 1000),
    history.map(({ temperature }) => temperature),
    history.map(({ target }) => target),
    reported,
  ]
}

/** Spans all values, and at least four degrees, so that a tenth of a degree stays small. */
export function chartRange(lowest: number | null, highest: number | null): [number, number] {
  const [low, high] = [lowest ?? 18, highest ?? 20]
  const room = Math.max(0.5, (4 - (high - low)) / 2)
  return [low - room, high + room]
}
