import type { BenchHub } from '../hub/start.ts'
import type { Metric } from '../report/ratios.ts'

export interface TableOptions {
  readonly rounds: number
  readonly sequential: number
  readonly burst: number
  readonly devices: readonly number[]
  readonly changes: number
  readonly reconnects: number
  /** Keeps the samples of a table, for `--json`. */
  readonly record: (metrics: readonly Metric[]) => void
}

/** A part of the bench: a table with a note below it. */
export interface BenchTable {
  readonly name: string
  /** Runs every client in turn at this hub. @returns Markdown */
  run(hub: BenchHub, options: TableOptions): Promise<string>
}

export const BASE = 'azure-iot-device'
