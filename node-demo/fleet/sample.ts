import { type Counts, ERROR_CODES } from './counters.ts'

/** The fleet at a point in time: a row of the CSV file, and an entry of the JSON file. */
export interface Sample {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly elapsedInSeconds: number
  readonly devices: number
  readonly started: number
  /** Connecting, or waiting for the first twin. */
  readonly syncing: number
  readonly connected: number
  /** Waiting for another attempt after a failure. */
  readonly failed: number
  /** Devices that have synchronized at least once. */
  readonly synced: number
  readonly connectsPerSecond: number
  readonly reports: number
  readonly reportsPerSecond: number
  readonly failedReports: number
  /**
   * Reports that were due while the device was not connected, or still waited for the previous
   * report.
   */
  readonly skippedReports: number
  /** Messages with PUBACK. */
  readonly telemetry: number
  readonly telemetryPerSecond: number
  readonly failedTelemetry: number
  readonly desiredChanges: number
  readonly desiredChangesPerSecond: number
  readonly reportP50InMs: number | undefined
  readonly reportP99InMs: number | undefined
  readonly telemetryP50InMs: number | undefined
  readonly telemetryP99InMs: number | undefined
  readonly syncP50InMs: number | undefined
  readonly syncP99InMs: number | undefined
  readonly memoryInMB: number
  /** Of a core; above 1 with several threads. */
  readonly cpu: number
  /** Since the start, by code; absent codes are 0. */
  readonly errors: Readonly<Record<string, number>>
}

/** The part of Node's `Histogram` that a sample needs. */
export interface Times {
  readonly count: number
  /** Microseconds. */
  percentile(percent: number): number
}

/** The input of a sample. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly counts: Counts
  readonly memoryInBytes: number
  /** CPU time of the process since its start. */
  readonly cpuInMs: number
}

export function sampleOf(
  devices: number,
  start: Reading,
  before: Reading,
  { now, counts, memoryInBytes, cpuInMs }: Reading,
  times: { readonly reports: Times; readonly telemetry: Times; readonly syncs: Times },
): Sample {
  const elapsed = Math.max(1, now - before.now)
  const rate = (name: 'attempts' | 'reports' | 'telemetry' | 'desiredChanges'): number =>
    round((1000 * (counts[name] - before.counts[name])) / elapsed)
  const seen = ERROR_CODES.filter((code) => counts[code] > 0)
  return {
    time: new Date(now).toISOString(),
    elapsedInSeconds: round((now - start.now) / 1000),
    devices,
    started: counts.started,
    syncing: counts.connecting,
    connected: counts.ready,
    failed: counts.waiting,
    synced: counts.synced,
    connectsPerSecond: rate('attempts'),
    reports: counts.reports,
    reportsPerSecond: rate('reports'),
    failedReports: counts.failedReports,
    skippedReports: counts.skippedReports,
    telemetry: counts.telemetry,
    telemetryPerSecond: rate('telemetry'),
    failedTelemetry: counts.failedTelemetry,
    desiredChanges: counts.desiredChanges,
    desiredChangesPerSecond: rate('desiredChanges'),
    reportP50InMs: percentile(times.reports, 50),
    reportP99InMs: percentile(times.reports, 99),
    telemetryP50InMs: percentile(times.telemetry, 50),
    telemetryP99InMs: percentile(times.telemetry, 99),
    syncP50InMs: percentile(times.syncs, 50),
    syncP99InMs: percentile(times.syncs, 99),
    memoryInMB: round(memoryInBytes / 1e6),
    cpu: round((cpuInMs - before.cpuInMs) / elapsed, 2),
    errors: Object.fromEntries(seen.map((code) => [code, counts[code]])),
  }
}

function percentile(times: Times, percent: number): number | undefined {
  return times.count === 0 ? undefined : round(times.percentile(percent) / 1000, 2)
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}
