import type { HubEventData } from '../events/hub-event.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { MethodCall, MethodOutcome } from '../methods/method.ts'
import type { DesiredPatch } from '../twin/twin.ts'
import type { CloudMessageQueues } from '../messages/cloud-message-queues.ts'
import type { Jobs } from '../jobs/stored-jobs.ts'
import type { Registry } from '../identity/registry.ts'
import type { Throttle } from '../throttling/throttle.ts'

/** What every operation of the hub stands on. */
export interface Context {
  readonly registry: Registry
  readonly jobs: Jobs
  /** Jobs have changed: the runner looks what is to be done. */
  readonly wakeJobs: () => void
  readonly messages: CloudMessageQueues
  readonly clock: () => number
  /** Resolves at a time of that clock, or when the signal aborts. */
  readonly until: (time: number, signal: AbortSignal) => Promise<void>
  /** How fast the hub may be. */
  readonly throttle: Throttle
  /** Whether a patch without any key is an update (docs/protocol/protocol.md §4.5). */
  readonly emptyPatchCounts: boolean
  /** Told of what is a fault of the hub itself; the client only learns that there was one. */
  readonly onError: (error: unknown) => void
  /** Told of what happens; the library's `hub.events` tells it on. */
  readonly events: { emit(event: HubEventData): void }
  /** The living side of the hub; operations tell it what happened and ask who is there. */
  readonly devices: Devices
}

export interface Devices {
  isConnected(identity: Identity): boolean
  readonly connectedCount: number
  /** Desired properties have changed: tells the device, if it is there and wants to know. */
  notify(identity: Identity, desiredPatch: DesiredPatch): void
  /** Calls a direct method of a device, once it is there. */
  invoke(identity: Identity, call: MethodCall): Promise<MethodOutcome>
  /** A cloud-to-device message has come: sends it, if the device is there and wants it. */
  deliver(identity: Identity): void
  /** The identity is gone, disabled or has other keys: closes its connection. */
  disconnect(identity: Identity): void
}
