import type { Identity } from '../rules/identity-id.ts'
import type { DesiredNotification } from '../rules/twin.ts'
import type { Registry } from '../store/registry.ts'

/** What every operation of the hub stands on. */
export interface Context {
  readonly registry: Registry
  readonly clock: () => number
  /** Whether a patch without any key is an update (protocol sheet 4.5). */
  readonly emptyPatchCounts: boolean
  /** Told of what is a fault of the hub itself; the client only learns that there was one. */
  readonly onError: (error: unknown) => void
  /** The living side of the hub; operations tell it what happened and ask who is there. */
  readonly devices: Devices
}

export interface Devices {
  isConnected(identity: Identity): boolean
  readonly connectedCount: number
  /** Desired properties have changed: tells the device, if it is there and wants to know. */
  notify(identity: Identity, notification: DesiredNotification): void
  /** The identity is gone, disabled or has other keys: closes its connection. */
  disconnect(identity: Identity): void
}
