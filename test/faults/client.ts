import type { JsonObject } from 'hubtwin-emulator'
import type { DeviceStep } from './step.ts'

/** The app got a message, or has accepted it. */
export interface Handled {
  readonly type: 'taken' | 'accepted'
  readonly n: number
  readonly atInMs: number
}

/** The operations that a plan needs of a client, so that other clients can run the same plans. */
export interface Client {
  report(patch: JsonObject, signal: AbortSignal): Promise<unknown>
  refresh(): Promise<unknown>
  /**
   * Sends telemetry `{ n }`, with this many characters more.
   *
   * A client of a twin only has no telemetry.
   */
  send?(n: number, padding: number, signal: AbortSignal): Promise<unknown>
  /** The `n` of the payload of each method call, when its handler began. */
  readonly runs: readonly number[]
  /** The app's work with cloud-to-device messages. @default it has no listener */
  readonly handled?: readonly Handled[] | undefined
  readonly isReady: boolean
  /** Without `$`-keys. */
  readonly desired: JsonObject
  /** The desired version. */
  readonly version: number
  /** A client ignores the steps that do not apply to it. */
  apply(step: DeviceStep): void
  close(): Promise<void>
}
