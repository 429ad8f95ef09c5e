import type { TwinError } from '../errors.ts'
import type { Filter } from '../protocol/filter.ts'
import type { SessionState } from '../protocol/machine-states.ts'
import type { Observed } from './observation.ts'

/** The port from a session to the features that share its connection with the twin. */
export interface Features {
  /** A connection subscribes them together with those of the twin. */
  readonly filters: readonly Filter[]
  /** A feature needs a session that the hub keeps. */
  readonly isPersistent: boolean
  /** The filters that an earlier program may have left in such a session. */
  readonly leftovers: readonly string[]
  /** No feature needs this connection for a task. A renewal of the token waits up to 5 s. */
  isIdle(): boolean
  /** A message that is not the twin's. */
  handleMessage(message: FeatureMessage): void
  /** The session has entered a state. This also follows an input that changes nothing. */
  handleState(state: SessionState): void
}

export interface FeatureMessage {
  readonly topic: string
  readonly payload: Uint8Array
  /** The payload, decoded as UTF-8. */
  readonly text: string
  /** Only a QoS 1 message has it. It identifies the message within its connection until PUBACK. */
  readonly packetId?: number
  /** DUP: the hub has sent the message before (MQTT 3.1.1 §3.3.1.1). */
  readonly isDuplicate?: boolean
  /**
   * Sends PUBACK, at any later time. Only a QoS 1 message has it. After the end of its connection,
   * a call has no effect.
   */
  readonly acknowledge?: () => void
}

/** The port from the features to the connection of a session. */
export interface Channel {
  /** Sends with QoS 0. Without a connection, nothing happens. */
  publish(topic: string, payload: string | Uint8Array): void
  /**
   * Sends with QoS 1.
   *
   * @returns resolves on PUBACK; rejects with `ERR_INTERRUPTED` without a connection, or when the
   *   connection ends first
   */
  publishAtLeastOnce(topic: string, payload: string | Uint8Array): Promise<void>
  /** Call it when the features have become idle. */
  checkIdle(): void
  /** Ends a connection that fails. The session opens the next after a back-off. */
  abandon(error: TwinError): void
  observe(observed: Observed): void
}
