import { spread, table } from './markdown.ts'
import { quartiles } from './quartiles.ts'

/** Samples of a metric by client, in the order of the rounds. */
export type Samples = Readonly<Record<string, readonly number[]>>

export interface Metric {
  readonly name: string
  readonly digits: number
  readonly samples: Samples
}

/**
 * A row per metric, a column per client: median and quartiles, and the ratio to the base client in
 * each round. A ratio under 1 means that the client needs less.
 */
export function ratioTable(metrics: readonly Metric[], clients: readonly string[], base: string): string {
  const rows = metrics.map(({ name, digits, samples }) => [
    name,
    ...clients.map((client) => {
      const own = samples[client] ?? []
      const text = spread(quartiles(own), digits)
      if (client === base) return text
      const ratios = own.map((value, round) => value / (samples[base]?.[round] ?? Number.NaN))
      return `${text}; × ${spread(quartiles(ratios), 2)}`
    }),
  ])
  return table([`median (quartiles); × ratio to ${base}, round by round`, ...clients], rows)
}
