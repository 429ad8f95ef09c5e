import type { TwinError } from '../errors.ts'

/** One MQTT connection, as a port. A wire is used once: after `down` or `refused` there is nothing more to come. */
export interface Wire {
  /** All filters in one SUBSCRIBE; `subscribed` follows, or `down`. */
  subscribe(filters: readonly string[]): void
  /** QoS 0. */
  publish(topic: string, payload: string): void
  /** Ends when the connection is gone, which never takes long. No event follows the call. */
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
  /** The hub took the connection. */
  | { readonly type: 'up' }
  /** CONNACK with another code than 0. */
  | { readonly type: 'refused'; readonly code: number }
  | { readonly type: 'subscribed' }
  | { readonly type: 'message'; readonly topic: string; readonly payload: Uint8Array }
  | { readonly type: 'down'; readonly error: TwinError }

/** Begins to connect at once; events never arrive within the call. */
export type OpenWire = (request: WireRequest, onEvent: (event: WireEvent) => void) => Wire
