import type { TwinError } from '../errors.ts'
import type { Filter } from '../protocol/filter.ts'

/**
 * The port to an MQTT connection, which both transports implement. A wire serves one connection: no
 * event follows `down` or `refused`.
 *
 * It accepts packets from the start and sends them in order, as early as the transport can:
 * together with CONNECT over hubtwin's own transport, right after CONNACK over mqtt.js.
 */
export interface Wire {
  /**
   * Sends the only SUBSCRIBE of the connection, with all filters; `subscribed` follows, or `down`
   * when the hub refuses a filter.
   */
  subscribe(filters: readonly Filter[]): void
  /** Sends with QoS 0. */
  publish(topic: string, payload: string | Uint8Array): void
  /**
   * Sends with QoS 1. A twin does not need it; each `DeviceWire` has it.
   *
   * @returns resolves on PUBACK; rejects with `ERR_INTERRUPTED` when the connection ends first
   */
  publishAtLeastOnce?(topic: string, payload: string | Uint8Array): Promise<void>
  /** Sends UNSUBSCRIBE. A twin does not need it; each `DeviceWire` has it. */
  unsubscribe?(filters: readonly string[]): void
  /**
   * Sends DISCONNECT and closes the socket. No event follows. Resolves when the socket is gone, or
   * after a second.
   */
  close(): Promise<void>
}

/** A wire with QoS 1 and UNSUBSCRIBE, for the features of a device. */
export interface DeviceWire extends Wire {
  unsubscribe(filters: readonly string[]): void
  publishAtLeastOnce(topic: string, payload: string | Uint8Array): Promise<void>
}

export interface WireRequest {
  readonly url: string
  readonly clientId: string
  readonly userName: string
  readonly password: string
  readonly keepaliveInSeconds: number
  /** The hub keeps the subscriptions and the unacknowledged messages (MQTT 3.1.1 §3.1.2.4). */
  readonly isPersistent: boolean
}

export type WireEvent =
  /** The hub accepted the connection. */
  | { readonly type: 'up' }
  /** CONNACK with another code than 0. */
  | { readonly type: 'refused'; readonly code: number }
  /** The hub granted the filters; the round trip is from SUBSCRIBE to SUBACK. */
  | { readonly type: 'subscribed'; readonly filters: readonly string[]; readonly roundTripInMs: number }
  | {
      readonly type: 'message'
      readonly topic: string
      readonly payload: Uint8Array
      /** Only a QoS 1 message has it. */
      readonly packetId?: number
      /** DUP: the hub has sent the message before (MQTT 3.1.1 §3.3.1.1). */
      readonly isDuplicate?: boolean
      /**
       * Sends PUBACK, at any later time. Only a QoS 1 message has it. Without the call, the
       * hub sends the message again.
       */
      readonly acknowledge?: () => void
    }
  /** `opened`: the hub may have read packets although it did not answer CONNECT. */
  | { readonly type: 'down'; readonly error: TwinError; readonly opened?: boolean }

/** Starts to connect at once; no event arrives within the call. */
export type OpenWire = (request: WireRequest, onEvent: (event: WireEvent) => void) => Wire

export type OpenDeviceWire = (request: WireRequest, onEvent: (event: WireEvent) => void) => DeviceWire
