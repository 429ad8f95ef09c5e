import type { RecordableHistogram } from 'node:perf_hooks'
import type { TwinError } from 'hubtwin/light'
import type { Counters } from './counters.ts'

/** The figures that the devices of a thread record. */
export interface Meters {
  readonly counters: Counters
  /** Microseconds from `report()` to the confirmation. */
  readonly reportTimes: RecordableHistogram
  /** Microseconds from `send()` to PUBACK. */
  readonly telemetryTimes: RecordableHistogram
  /** Microseconds from the start of a device to its first twin. */
  readonly syncTimes: RecordableHistogram
  failed(error: TwinError): void
}

/** A histogram holds whole numbers from 1. */
export function microsecondsSince(start: number): number {
  return Math.max(1, Math.round((performance.now() - start) * 1000))
}
