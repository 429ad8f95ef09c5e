import type { TwinError } from '../errors.ts'
import type { SessionState } from '../protocol/machine-states.ts'

/**
 * What goes on at the connection of a twin, for a time-line, a test or a bug report. Packets are MQTT's; a CONNECT is told
 * without its password, and a token by its expiry alone.
 */
export type TwinObservation = Observed & {
  /** Milliseconds since 1970. */
  readonly at: number
}

export type Observed =
  /** The session is in another state. */
  | { readonly type: 'state'; readonly state: SessionState['type']; readonly error?: TwinError }
  | { readonly type: 'token'; readonly step: 'asked' | 'refused' }
  /** `expiresAt` in milliseconds since 1970. */
  | { readonly type: 'token'; readonly step: 'given'; readonly expiresAt: number }
  | { readonly type: 'token'; readonly step: 'failed'; readonly error: TwinError }
  | { readonly type: 'sent'; readonly packet: 'CONNECT' | 'SUBSCRIBE' | 'DISCONNECT' }
  | { readonly type: 'sent'; readonly packet: 'PUBLISH'; readonly topic: string; readonly payload: string }
  | { readonly type: 'received'; readonly packet: 'CONNACK'; readonly code: number }
  | { readonly type: 'received'; readonly packet: 'SUBACK' }
  | { readonly type: 'received'; readonly packet: 'PUBLISH'; readonly topic: string; readonly payload: string }
  /** The connection is gone, and not because the twin closed it. */
  | { readonly type: 'lost'; readonly error: TwinError }
  /**
   * This page or process has opened another twin of the same identity and not closed it. The hub accepts one connection of
   * an identity, so the two disconnect each other: close one, or share one twin.
   */
  | { readonly type: 'duplicateIdentity' }
  /** The app's own storage failed, and the twin goes on without it. */
  | { readonly type: 'storageFailed'; readonly error: unknown }
