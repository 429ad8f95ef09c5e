import type { Bundle } from '../measure/bundles.ts'
import type { Latencies, LatencySamples } from '../measure/latency.ts'
import type { MemorySample } from '../measure/memory.ts'
import { spread, table } from './markdown.ts'
import { quartiles } from './quartiles.ts'

const METRICS: readonly (readonly [name: string, key: keyof LatencySamples])[] = [
  ['open to twin', 'open'],
  ['report, to its response', 'report'],
  ['desired update, from REST call to listener', 'desired'],
]

/** @param names ours, theirs */
export function latencyTable(samples: Latencies, [ours, theirs]: readonly [string, string]): string {
  return table(
    ['ms, median (quartiles)', ours, theirs, `${theirs} / ${ours}, round by round`],
    METRICS.map(([name, key]) => {
      const mine = samples[ours]?.[key] ?? []
      const other = samples[theirs]?.[key] ?? []
      const ratios = other.map((value, round) => value / (mine[round] ?? Number.NaN))
      return [name, spread(quartiles(mine), 1), spread(quartiles(other), 1), spread(quartiles(ratios), 2)]
    }),
  )
}

/** @param samples by client, a sample per process */
export function memoryTable(samples: Readonly<Record<string, readonly MemorySample[]>>): string {
  return table(
    ['kB an idle twin, median (quartiles)', 'heap', 'whole process'],
    Object.entries(samples).map(([name, each]) => [
      name,
      spread(quartiles(each.map(({ heapPerTwin }) => heapPerTwin / 1000)), 0),
      spread(quartiles(each.map(({ residentPerTwin }) => residentPerTwin / 1000)), 0),
    ]),
  )
}

export function bundleTable(bundles: readonly Bundle[]): string {
  return table(
    ['kB, by esbuild', 'for', 'minified', 'gzipped'],
    bundles.map(({ what, platform, size, unresolved = [] }) =>
      size === undefined
        ? [what, platform, `fails: ${unresolved.length} modules not found`, unresolved.slice(0, 4).join(', ') + ', …']
        : [what, platform, kilobytes(size.minified), kilobytes(size.gzipped)],
    ),
  )
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
