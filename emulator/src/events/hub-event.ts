import type { JsonObject } from '../formats/json.ts'
import type { Identity } from '../identity/identity-id.ts'

/**
 * The content of a hub event. It never holds a key or a token.
 * @example
 * ```ts
 * import type {
 *   ConfigurationChanged,
 *   HubEvent,
 *   HubEventData,
 *   IdentityChanged,
 *   IdentityEvent,
 *   MessageContent,
 *   Telemetry,
 *   TwinChanged,
 * } from 'hubtwin-emulator'
 *
 * const textOf = ({ body }: MessageContent): string => new TextDecoder().decode(body)
 * const telemetryText = (event: Telemetry): string => `telemetry ${textOf(event)}`
 * const twinText = ({ by, change }: TwinChanged): string => `${by} ${JSON.stringify(change)}`
 * const identityText = ({ type, status }: IdentityChanged): string => `${type}, ${status}`
 * const configurationText = (event: ConfigurationChanged): string => event.configurationId
 * const isOfDevice = (event: HubEventData): event is IdentityEvent => event.deviceId !== undefined
 *
 * export function describe(event: HubEvent): string {
 *   if (!isOfDevice(event)) return configurationText(event)
 *   if (event.type === 'telemetry') return telemetryText(event)
 *   if (event.type === 'twin-changed') return twinText(event)
 *   if (event.type === 'identity-created') return identityText(event)
 *   return `${event.sequence} ${event.type}`
 * }
 * ```
 */
export type HubEventData = IdentityEvent | ConfigurationChanged

/** An event of a device or a module. */
export type IdentityEvent = Identity &
  (
    | { readonly type: 'connected' | 'disconnected'; readonly secure: boolean }
    | IdentityChanged
    | Telemetry
    | TwinChanged
    | MethodSent
    | MethodAnswered
    | MethodFailed
    | CloudMessageMoved
    | InputMessageMoved
  )

/** A direct method call on its way to a device or a module. */
export interface MethodSent {
  readonly type: 'method-sent'
  readonly methodName: string
  readonly rid: string
  /** The request's payload, JSON or empty. */
  readonly body: Uint8Array
  readonly responseTimeoutInSeconds: number
}

/**
 * The device's response to a direct method call, within its timeout.
 * @example
 * ```ts
 * import { startHub } from 'hubtwin-emulator'
 * import type { MethodAnswered, MethodFailed, MethodSent } from 'hubtwin-emulator'
 *
 * const sent = ({ methodName, rid }: MethodSent): void => console.log(methodName, rid)
 * const answered = ({ status }: MethodAnswered): void => console.log(status)
 * const failed = ({ reason }: MethodFailed): void => console.log(reason)
 *
 * const hub = await startHub()
 * const stop = hub.events.listen((event) => {
 *   if (event.type === 'method-sent') sent(event)
 *   if (event.type === 'method-answered') answered(event)
 *   if (event.type === 'method-failed') failed(event)
 * })
 * stop()
 * await hub.close()
 * ```
 */
export interface MethodAnswered {
  readonly type: 'method-answered'
  readonly methodName: string
  readonly rid: string
  readonly status: number
  /** The response's payload as the device sent it, which may not be JSON. */
  readonly body: Uint8Array
}

export interface MethodFailed {
  readonly type: 'method-failed'
  readonly methodName: string
  readonly rid: string
  readonly reason: 'offline' | 'silent' | 'closed'
}

/** The content of a message. */
export interface MessageContent {
  readonly body: Uint8Array
  /** The app's entries of the property bag. */
  readonly properties: JsonObject
  /** Named as a back end reads them, such as `message-id` for `$.mid`. */
  readonly systemProperties: JsonObject
}

/** A change of a device or a module in the registry. */
export interface IdentityChanged {
  readonly type: 'identity-created' | 'identity-changed' | 'identity-deleted'
  readonly status: 'enabled' | 'disabled'
}

/**
 * A device-to-cloud message, also from an output of a module (`iothub-outputname`). Its properties
 * include the hub's own `mqtt-retain` and `iothub-MessageType`.
 */
export interface Telemetry extends MessageContent {
  readonly type: 'telemetry'
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

/**
 * A new state of a cloud-to-device message.
 * @example
 * ```ts
 * import { type CloudMessageMoved, type InputMessageMoved, startHub } from 'hubtwin-emulator'
 *
 * const moved = ({ messageId, state }: CloudMessageMoved | InputMessageMoved): void =>
 *   console.log(messageId, state)
 *
 * const hub = await startHub()
 * hub.events.listen((event) => {
 *   if (event.type === 'cloud-message' || event.type === 'input-message') moved(event)
 * })
 * await hub.sendToDevice('device1', { body: 'Hello' })
 * await hub.close()
 * ```
 */
export interface CloudMessageMoved extends MessageContent {
  readonly type: 'cloud-message'
  /** `delivered` means sent. `completed` means acknowledged. */
  readonly state: 'queued' | 'delivered' | 'completed' | 'expired' | 'dead-lettered' | 'purged'
  readonly sequenceNumber: number
  readonly messageId: string
  /** How often the hub has sent it. */
  readonly deliveryCount: number
}

/** A message for an input of a module. */
export interface InputMessageMoved extends MessageContent {
  readonly type: 'input-message'
  readonly state: 'delivered' | 'completed'
  readonly inputName: string
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
const TYPES = {
  connected: null,
  disconnected: null,
  telemetry: null,
  'twin-changed': null,
  'method-sent': null,
  'method-answered': null,
  'method-failed': null,
  'cloud-message': null,
  'input-message': null,
  'identity-created': null,
  'identity-changed': null,
  'identity-deleted': null,
  'configuration-changed': null,
}

export const EVENT_TYPES = Object.keys(TYPES) as readonly HubEvent['type'][]
