import type { EventEmitter } from 'node:events'
import type { Identity } from '../identity/identity-id.ts'

/** The part of an MQTT connection that faults act on. */
export interface ConnectionPort {
  readonly identity: Identity | undefined
  /** The token of the session. */
  readonly token: string | undefined
  readonly socket: EventEmitter & {
    /** Whether a packet has arrived before CONNACK has left. */
    readonly hasEarlyPackets: boolean
    readonly isSilent: boolean
    silence(): void
  }
  isSubscribedFor(purpose: 'twin-answers'): boolean
  /** Treats the token as expired since a time. @returns whether there is a session */
  expireToken(at: number): boolean
  publish(topic: string, payload: string | Uint8Array): Promise<void>
  sendBytes(bytes: Uint8Array): void
  destroy(): void
}

/** The connections of a hub. */
export interface ConnectionSource {
  all(): Iterable<ConnectionPort>
  find(identity: Identity): ConnectionPort | undefined
}
