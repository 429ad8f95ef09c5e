import type { Metric } from './ratios.ts'

/** The samples of a run, for charts: `bench/results/*.json`. */
export interface Recording {
  /** ISO 8601, without a time. */
  readonly date: string
  /** The machine and the versions. */
  readonly facts: readonly string[]
  readonly metrics: readonly Metric[]
}
