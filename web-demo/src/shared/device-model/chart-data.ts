import type { Sample } from 'hubtwin-device-models'
import type { ReportedPoint } from './chart-words.ts'

/** As uPlot takes it: times in seconds, and one value a time in each series; `null` where there is none. */
export type ChartData = [at: number[], temperature: number[], target: number[], reported: (number | null)[]]

/** What was reported stands at the sample nearest to it. */
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

/** From the lowest to the highest with a little room, and never so close that a tenth of a degree is a mountain. */
export function chartRange(lowest: number | null, highest: number | null): [number, number] {
  const [low, high] = [lowest ?? 18, highest ?? 20]
  const room = Math.max(0.5, (4 - (high - low)) / 2)
  return [low - room, high + room]
}
