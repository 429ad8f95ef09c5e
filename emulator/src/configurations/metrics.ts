import type { Context } from '../hub/context.ts'
import { countRows } from '../query/run-query.ts'
import type { MetricResults } from './configuration-document.ts'
import type { ConfigurationRecord } from './configuration.ts'
import { parseContent } from './content.ts'

/** Counts the twins of the metrics. */
export interface Metrics {
  /** The results for a configuration now. */
  of(configuration: ConfigurationRecord): MetricResults
  /** The results for every configuration now, by ID. */
  all(): ReadonlyMap<string, MetricResults>
}

/** Counts once for each state of the registry, because clients poll. */
export function createMetrics(context: Context): Metrics {
  let counted = new Map<string, number>()
  let revision = -1

  function count(key: string, compute: () => number): number {
    if (revision !== context.registry.revision) {
      counted = new Map()
      revision = context.registry.revision
    }
    const known = counted.get(key) ?? compute()
    counted.set(key, known)
    return known
  }

  function of(configuration: ConfigurationRecord): MetricResults {
    const { number, metrics } = configuration
    const custom = Object.entries(metrics).map(
      ([name, query]) => [name, count(query, () => countRows(context, query))] as const,
    )
    return {
      system: {
        targetedCount: count(`${number} targeted`, () => countTwins(context, configuration, false)),
        appliedCount: count(`${number} applied`, () => countTwins(context, configuration, true)),
      },
      custom: Object.fromEntries(custom),
    }
  }

  return { of, all: () => new Map(context.configurations.all().map((each) => [each.id, of(each)])) }
}

/** Counts the twins with an entry of the configuration, without building their documents. */
function countTwins({ registry }: Context, { id, number, content }: ConfigurationRecord, isApplied: boolean): number {
  const { kind } = parseContent(content)
  let count = 0
  for (const [, { twin }] of kind === 'deviceContent' ? registry.devicesAfter() : registry.modulesAfter()) {
    const { configurations } = twin
    if (configurations === undefined || !Object.hasOwn(configurations, id)) continue
    const entry = configurations[id]
    if (entry?.number === number && (!isApplied || entry.status === 'Applied')) count += 1
  }
  return count
}
