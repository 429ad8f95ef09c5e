import type { TwinError } from '../errors.ts'

/**
 * One MQTT connection, as a port of both transports. A wire is used once: nothing follows `down` or `refused`.
 *
 * Packets may be given to it from the start. They leave in their order, as early as the transport can send them: with
 * CONNECT over our own transport, right after CONNACK over mqtt.js.
 */
export interface Wire {
  /** Sends one SUBSCRIBE with all filters; `subscribed` follows, or `down` when the hub refuses a filter. */
  subscribe(filters: readonly string[], qos: 0 | 1): void
  /** Sends with QoS 0. */
  publish(topic: string, payload: string | Uint8Array): void
  /**
   * Sends with QoS 1.
   *
   * @returns resolves on PUBACK; rejects with `ERR_INTERRUPTED` when the connection ends first
   */
  publishAtLeastOnce(topic: string, payload: string | Uint8Array): Promise<void>
  /** Sends DISCONNECT and closes the socket. No event follows. Resolves within about a second, when the socket is gone. */
  close(): Promise<void>
}

export interface WireRequest {
  readonly url: string
  readonly clientId: string
  readonly userName: string
  readonly password: string
  readonly keepaliveInSeconds: number
}

export type WireEvent =
  /** The hub accepted the connection. */
  | { readonly type: 'up' }
  /** CONNACK with another code than 0. */
  | { readonly type: 'refused'; readonly code: number }
  /** The hub granted what `subscribe` was given; the round trip is from SUBSCRIBE to SUBACK. */
  | { readonly type: 'subscribed'; readonly filters: readonly string[]; readonly roundTripInMs: number }
  | {
      readonly type: 'message'
      readonly topic: string
      readonly payload: Uint8Array
      /** Sends PUBACK, at any later time. Only a message with QoS 1 has it; without the call the hub sends it again. */
      readonly acknowledge?: () => void
    }
  /** `opened`: the hub may have read what was sent, although it did not answer CONNECT. */
  | { readonly type: 'down'; readonly error: TwinError; readonly opened?: boolean }

/** Starts to connect at once; no event arrives within the call. */
export type OpenWire = (request: WireRequest, onEvent: (event: WireEvent) => void) => Wire
