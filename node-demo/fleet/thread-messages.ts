import type { Histogram } from 'node:perf_hooks'
import type { TwinErrorCode } from 'hubtwin/light'
import type { DeviceSettings } from './reporting.ts'
import type { Roster } from './roster.ts'

/** The data of a thread at its start. It stays within the process, keys included. */
export interface ThreadStart {
  readonly roster: Roster
  readonly settings: DeviceSettings
  /** The number of this thread, from 0. */
  readonly thread: number
  readonly threads: number
  readonly counterBuffer: SharedArrayBuffer
}

/** From the main thread to a worker thread. */
export type ThreadOrder = { readonly type: 'start'; readonly count: number } | { readonly type: 'stop' }

/** From a worker thread to the main thread. */
export type ThreadMessage =
  | {
      readonly type: 'meters'
      readonly reportTimes: Histogram
      readonly telemetryTimes: Histogram
      readonly syncTimes: Histogram
    }
  | { readonly type: 'failure'; readonly failure: FailureSample }
  | { readonly type: 'stopped' }

/** The first failure of its kind in a thread. It holds no secret. */
export interface FailureSample {
  readonly code: TwinErrorCode
  readonly message: string
  /** The underlying system error code, such as EMFILE. */
  readonly cause?: string
}
