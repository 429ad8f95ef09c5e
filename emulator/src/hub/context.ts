import type { MetricResults } from '../configurations/configuration-document.ts'
import type { ConfigurationRecord } from '../configurations/configuration.ts'
import type { Configurations } from '../configurations/stored-configurations.ts'
import type { HubEventData } from '../events/hub-event.ts'
import type { RefusedConnect } from '../access/refused-connect.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { Registry } from '../identity/registry.ts'
import type { Jobs } from '../jobs/stored-jobs.ts'
import type { CloudMessageQueues } from '../messages/cloud-message-queues.ts'
import type { Feedback } from '../messages/feedback.ts'
import type { MethodCall, MethodOutcome } from '../methods/method.ts'
import type { Throttle } from '../throttling/throttle.ts'
import type { DesiredPatch } from '../twin/twin.ts'

/** The parts of a hub that its use cases share. */
export interface Context {
  readonly registry: Registry
  readonly jobs: Jobs
  /** Makes the runner check for jobs that are due, after a change of the jobs. */
  readonly wakeJobs: () => void
  readonly configurations: Configurations
  /** How many configurations the hub may have. */
  readonly maxConfigurations: number
  readonly configurationRuns: ConfigurationRuns
  readonly messages: CloudMessageQueues
  readonly messageRules: MessageRules
  readonly feedback: Feedback
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Resolves at a time of that clock, or when the signal aborts. */
  readonly until: (time: number, signal: AbortSignal) => Promise<void>
  readonly throttle: Throttle
  /** Whether a patch without keys counts as an update (docs/protocol/protocol.md §4.5). */
  readonly emptyPatchCounts: boolean
  /** Reports a bug in the hub itself; the client gets status 500 or 503 without the cause. */
  readonly onError: (error: unknown) => void
  readonly onRefusedConnect: (refused: RefusedConnect) => void
  readonly events: { emit(event: HubEventData): void }
  readonly devices: Devices
}

/** Rules of cloud-to-device messages that Microsoft's documents leave open. */
export interface MessageRules {
  /** Whether a delivery without PUBACK counts (docs/protocol/device.md §3.2). */
  readonly lostLocksCount: boolean
  /**
   * Whether a clean session gets the device's waiting messages (docs/protocol/device.md §3.3).
   */
  readonly cleanSessionsGetQueue: boolean
}

/** The port to the runner of configurations. */
export interface ConfigurationRuns {
  /** Applies the configurations to every twin. Call it after a change of the configurations. */
  start(): void
  /** The results of the metrics: current, or those of the last run if runs have an interval. */
  resultsFor(configuration: ConfigurationRecord): MetricResults
}

/** The port to the connected devices. */
export interface Devices {
  isConnected(identity: Identity): boolean
  readonly connectedCount: number
  /** Sends a desired patch, if the device is connected and subscribed. */
  notify(identity: Identity, desiredPatch: DesiredPatch): void
  /** Calls a direct method, once the device is connected and subscribed. */
  invoke(identity: Identity, call: MethodCall): Promise<MethodOutcome>
  /** Sends the waiting cloud-to-device messages, if the device is connected and subscribed. */
  deliver(identity: Identity): void
  /**
   * Sends a message to an input of a module.
   *
   * @param acknowledged called when a QoS 0 message is written, or a QoS 1 message acknowledged
   * @returns false if the module is not connected or not subscribed
   */
  sendToInput(module: Identity, message: { topic: string; payload: Buffer }, acknowledged: () => void): boolean
  /** Closes the connection of an identity that was deleted, disabled, or got new keys. */
  disconnect(identity: Identity): void
}
