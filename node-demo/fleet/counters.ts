import type { TwinErrorCode } from 'hubtwin/light'

/**
 * Every code of a `TwinError`, in the order of the columns. The type checks that none is missing.
 */
const CODES_BY_NAME: Readonly<Record<TwinErrorCode, true>> = {
  ERR_REFUSED: true,
  ERR_UNAUTHORIZED: true,
  ERR_UNREACHABLE: true,
  ERR_INTERRUPTED: true,
  ERR_TIMEOUT: true,
  ERR_THROTTLED: true,
  ERR_HUB: true,
  ERR_BAD_REQUEST: true,
  ERR_PROTOCOL: true,
  ERR_REPLACED: true,
  ERR_TOKEN: true,
  ERR_QUEUE_FULL: true,
  ERR_CLOSED: true,
}

export const ERROR_CODES = Object.keys(CODES_BY_NAME) as readonly TwinErrorCode[]

export type CounterName =
  /** Devices now, by status. */
  | 'connecting'
  | 'ready'
  | 'waiting'
  /** Counts since the start. */
  | 'started'
  | 'synced'
  | 'attempts'
  | 'retries'
  | 'failures'
  | 'reports'
  | 'failedReports'
  | 'skippedReports'
  | 'telemetry'
  | 'failedTelemetry'
  | 'desiredChanges'
  | TwinErrorCode

const COUNTS: Readonly<Record<Exclude<CounterName, TwinErrorCode>, true>> = {
  connecting: true,
  ready: true,
  waiting: true,
  started: true,
  synced: true,
  attempts: true,
  retries: true,
  failures: true,
  reports: true,
  failedReports: true,
  skippedReports: true,
  telemetry: true,
  failedTelemetry: true,
  desiredChanges: true,
}

const NAMES = [...Object.keys(COUNTS), ...ERROR_CODES] as readonly CounterName[]

export type Counts = Readonly<Record<CounterName, number>>

const SLOTS = new Map(NAMES.map((name, slot) => [name, slot]))

/** Counters that all threads share: a thread adds, the main thread reads. */
export interface Counters {
  readonly buffer: SharedArrayBuffer
  add(name: CounterName, by?: number): void
  read(): Counts
}

export function createCounters(
  buffer: SharedArrayBuffer = new SharedArrayBuffer(NAMES.length * BigInt64Array.BYTES_PER_ELEMENT),
): Counters {
  const cells = new BigInt64Array(buffer)
  return {
    buffer,
    add(name, by = 1) {
      Atomics.add(cells, SLOTS.get(name) ?? 0, BigInt(by))
    },
    read: () =>
      Object.fromEntries(NAMES.map((name, slot) => [name, Number(Atomics.load(cells, slot))])) as unknown as Counts,
  }
}
