import type { JsonObject } from 'hubtwin-emulator'
import type { DeviceStep } from './step.ts'

/** What a plan needs of a client, so that another one can be put through the same. */
export interface Client {
  report(patch: JsonObject, signal: AbortSignal): Promise<unknown>
  refresh(): Promise<unknown>
  readonly isReady: boolean
  /** Without `$`-keys. */
  readonly desired: JsonObject
  /** The desired version. */
  readonly version: number
  /** What a client has no notion of means nothing to it. */
  strike(step: DeviceStep): void
  close(): Promise<void>
}
