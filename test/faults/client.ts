import type { JsonObject } from 'hubtwin-emulator'
import type { DeviceStep } from './step.ts'

/** The operations that a plan needs of a client, so that other clients can run the same plans. */
export interface Client {
  report(patch: JsonObject, signal: AbortSignal): Promise<unknown>
  refresh(): Promise<unknown>
  readonly isReady: boolean
  /** Without `$`-keys. */
  readonly desired: JsonObject
  /** The desired version. */
  readonly version: number
  /** A client ignores the steps that do not apply to it. */
  strike(step: DeviceStep): void
  close(): Promise<void>
}
