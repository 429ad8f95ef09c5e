import type { JsonObject } from 'hubtwin-emulator'

/** The calls of a bench to the process of its hub. A single call does a whole series of changes. */
export interface HubCalls {
  createDevices(request: { readonly count: number; readonly desired?: JsonObject }): Promise<readonly BenchDevice[]>
  /** Writes these desired patches in turn. @returns the desired `$version` after the last */
  patchDesired(request: { readonly deviceId: string; readonly patches: readonly JsonObject[] }): Promise<number>
  /** Loses the next desired patches of a device on their way to it. */
  loseNotifications(request: { readonly deviceId: string; readonly times: number }): Promise<null>
  /** Breaks the connection of a device. */
  kick(request: { readonly deviceId: string }): Promise<null>
  twin(request: { readonly deviceId: string }): Promise<HubTwin>
  /** @returns the telemetry `{ n }` of a device so far, and the sum of its numbers */
  telemetry(request: { readonly deviceId: string }): Promise<{ readonly messages: number; readonly sum: number }>
  /** Calls the method `echo`, and checks each response. */
  callMethods(request: {
    readonly deviceId: string
    readonly count: number
    readonly atOnce: number
  }): Promise<CallTimes>
  /** @returns the number of connected devices */
  connected(request: object): Promise<number>
  /** @returns the CPU time of the hub so far, in microseconds */
  cpu(request: object): Promise<number>
}

export interface CallTimes {
  readonly milliseconds: number
  readonly p99InMs: number
}

export interface BenchDevice {
  readonly deviceId: string
  readonly secure: string
  readonly plain: string
}

export interface HubTwin {
  readonly desired: JsonObject
  readonly reported: JsonObject
  readonly versions: { readonly desired: number; readonly reported: number }
}
