import type { TwinError } from '../errors.ts'
import type { SessionState } from '../protocol/machine-states.ts'

/**
 * An event at the connection of a twin, for a timeline, a test or a bug report. It names MQTT
 * packets. It holds neither the password of a CONNECT nor a token, only the token's expiry.
 * @example
 * ```ts
 * import { openTwin, type TwinObservation } from 'hubtwin'
 *
 * function log(observation: TwinObservation): void {
 *   if (observation.type === 'duplicateIdentity') console.warn('This device is open twice')
 *   if (observation.type === 'sent' || observation.type === 'received') {
 *     console.log(new Date(observation.at).toISOString(), observation.type, observation.packet)
 *   }
 * }
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString, { observer: log })
 * await twin.close()
 * ```
 */
export type TwinObservation = Observed & {
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Without an observer, the types that end with `Failed` go to the console with their error. */
export type Observed =
  /** The session entered another state. */
  | { readonly type: 'state'; readonly state: SessionState['type']; readonly error?: TwinError }
  | { readonly type: 'token'; readonly step: 'asked' | 'refused' }
  /** `expiresAt` in milliseconds since 1970. */
  | { readonly type: 'token'; readonly step: 'given'; readonly expiresAt: number }
  | { readonly type: 'token'; readonly step: 'failed'; readonly error: TwinError }
  | { readonly type: 'sent'; readonly packet: 'CONNECT' | 'SUBSCRIBE' | 'UNSUBSCRIBE' | 'DISCONNECT' }
  | { readonly type: 'sent'; readonly packet: 'PUBLISH'; readonly topic: string; readonly payload: string }
  | { readonly type: 'received'; readonly packet: 'CONNACK'; readonly code: number }
  | { readonly type: 'received'; readonly packet: 'SUBACK' }
  | { readonly type: 'received'; readonly packet: 'PUBLISH'; readonly topic: string; readonly payload: string }
  /** The connection ended, although the twin did not close it. */
  | { readonly type: 'lost'; readonly error: TwinError }
  /**
   * This page or process has another open twin of the same identity. The hub accepts one connection
   * of an identity, so the two disconnect each other. Close one of them, or share a twin.
   */
  | { readonly type: 'duplicateIdentity' }
  /** A handler of a direct method threw, or returned a value that no response can carry. */
  | { readonly type: 'methodFailed'; readonly name: string; readonly error: unknown }
  /** The app failed to handle a message, and gets it again. */
  | { readonly type: 'messageFailed'; readonly messageId: string | undefined; readonly error: unknown }
  /** The app's own storage failed; the twin continues without it. */
  | { readonly type: 'storageFailed'; readonly error: unknown }
