import type { JsonObject } from '../formats/json.ts'
import type { Identity } from '../identity/identity-id.ts'

/** The content of a hub event. It never holds a key or a token. */
export type HubEventData = IdentityEvent | ConfigurationChanged

/** An event of a device or a module. */
export type IdentityEvent = Identity &
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

/** A change of a device or a module in the registry. */
export interface IdentityChanged {
  readonly type: 'identity-created' | 'identity-changed' | 'identity-deleted'
  readonly status: 'enabled' | 'disabled'
}

/** A device-to-cloud message. */
export interface Telemetry {
  readonly type: 'telemetry'
  readonly body: Uint8Array
  /**
   * The app's entries of the property bag, and the hub's own `mqtt-retain` and
   * `iothub-MessageType`.
   */
  readonly properties: JsonObject
  /** Named as a back end reads them, such as `message-id` for `$.mid`. */
  readonly systemProperties: JsonObject
}

export interface TwinChanged {
  readonly type: 'twin-changed'
  readonly by: 'device' | 'service' | 'configuration'
  /** The patch as sent: `reported`, or `tags` and `desired`, or the `desired` of configurations. */
  readonly change: JsonObject
  readonly desiredVersion: number
  readonly reportedVersion: number
}

/** A change of an automatic configuration. It has no device. */
export interface ConfigurationChanged {
  readonly type: 'configuration-changed'
  readonly configurationId: string
  readonly state: 'created' | 'updated' | 'deleted'
  readonly deviceId?: undefined
  readonly moduleId?: undefined
}

/** A new state of a cloud-to-device message. */
export interface CloudMessageMoved {
  readonly type: 'cloud-message'
  readonly state: 'queued' | 'delivered' | 'completed' | 'expired' | 'dead-lettered' | 'purged'
  readonly sequenceNumber: number
  readonly messageId: string
}

/**
 * An entry in the local hub's event log. `sequence` counts all events since the hub started. `at`
 * is in milliseconds since 1970, by the hub's clock.
 */
export type HubEvent = HubEventData & { readonly sequence: number; readonly at: number }

/** Takes the place of the events that a reader was too slow for. */
export interface MissedEvents {
  readonly type: 'missed'
  readonly count: number
}

// The compiler requires every type here, and rejects every other key.
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
  'configuration-changed': true,
}

export const eventTypes = Object.keys(types) as readonly HubEvent['type'][]
