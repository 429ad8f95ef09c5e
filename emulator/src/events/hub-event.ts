import type { Identity } from '../identity/identity-id.ts'
import type { JsonObject } from '../formats/json.ts'

/** Something that has happened to a device or module of the hub. Keys and tokens are in none of these. */
export type HubEventData = Identity &
  (
    | { readonly type: 'connected' | 'disconnected'; readonly secure: boolean }
    | IdentityChanged
    | Telemetry
    | TwinChanged
    | { readonly type: 'method-sent'; readonly methodName: string; readonly rid: string }
    | { readonly type: 'method-answered'; readonly methodName: string; readonly rid: string; readonly status: number }
    | { readonly type: 'method-failed'; readonly methodName: string; readonly reason: 'offline' | 'silent' | 'closed' }
    | CloudMessageMoved
  )

/** A device or a module in the registry. */
export interface IdentityChanged {
  readonly type: 'identity-created' | 'identity-changed' | 'identity-deleted'
  readonly status: 'enabled' | 'disabled'
}

/** A device-to-cloud message. */
export interface Telemetry {
  readonly type: 'telemetry'
  readonly body: Uint8Array
  /** What the application has put into the property bag, and `mqtt-retain` and `iothub-MessageType` of the hub. */
  readonly properties: JsonObject
  /** By the names under which a back end reads them, as `message-id` for `$.mid`. */
  readonly systemProperties: JsonObject
}

export interface TwinChanged {
  readonly type: 'twin-changed'
  readonly by: 'device' | 'service'
  /** What was sent: `reported`, or `tags` and `desired`. */
  readonly change: JsonObject
  readonly desiredVersion: number
  readonly reportedVersion: number
}

/** The way of a cloud-to-device message. */
export interface CloudMessageMoved {
  readonly type: 'cloud-message'
  readonly state: 'queued' | 'delivered' | 'completed' | 'expired' | 'dead-lettered' | 'purged'
  readonly sequenceNumber: number
  readonly messageId: string
}

/** With its place among all events since the start of the hub, and milliseconds since 1970 by the hub's clock. */
export type HubEvent = HubEventData & { readonly sequence: number; readonly at: number }

/** Stands in the place of events that a reader was too slow for. */
export interface MissedEvents {
  readonly type: 'missed'
  readonly count: number
}

// All types, and no other: the compiler holds it to that.
const types: Readonly<Record<HubEvent['type'], true>> = {
  connected: true,
  disconnected: true,
  telemetry: true,
  'twin-changed': true,
  'method-sent': true,
  'method-answered': true,
  'method-failed': true,
  'cloud-message': true,
  'identity-created': true,
  'identity-changed': true,
  'identity-deleted': true,
}

export const eventTypes = Object.keys(types) as readonly HubEvent['type'][]
