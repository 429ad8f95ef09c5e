import type { Telemetry } from '../events/hub-event.ts'
import type { Identity } from '../identity/identity-id.ts'
import { parseBag } from '../mqtt/property-bag.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * The limit of body, names, and values together (docs/protocol/protocol.md §1.3, max message).
 * According to the SDK, properties count.
 */
const maxBytes = 256 * 1024

/** The keys in a property bag (docs/protocol/protocol.md §5), and their names for a back end. */
const systemNames: ReadonlyMap<string, string> = new Map([
  ['$.mid', 'message-id'],
  ['$.cid', 'correlation-id'],
  ['$.uid', 'user-id'],
  ['$.to', 'to'],
  ['$.exp', 'absolute-expiry-time'],
  ['$.ct', 'content-type'],
  ['$.ce', 'content-encoding'],
  ['$.ctime', 'iothub-creation-time-utc'],
  ['$.ifid', 'iothub-interface-id'],
  ['$.sub', 'dt-subject'],
  ['$.on', 'iothub-outputname'],
])

/** A message on a telemetry topic. */
export interface TelemetryMessage {
  readonly bag: string
  readonly body: Uint8Array
  readonly retain: boolean
  readonly isWill: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

/** @throws Refusal RequestEntityTooLarge */
export function telemetryOf({ deviceId, moduleId }: Identity, message: TelemetryMessage): Telemetry {
  const given = [...parseBag(message.bag)]
  const size = given.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value ?? ''),
    message.body.byteLength,
  )
  if (size > maxBytes) {
    throw new Refusal('RequestEntityTooLarge', `A message and its properties must not exceed ${maxBytes} bytes`)
  }
  const isSystem = ([key]: readonly [string, unknown]): boolean => key.startsWith('$.')
  return {
    type: 'telemetry',
    body: message.body,
    properties: Object.fromEntries([
      ...given.filter((pair) => !isSystem(pair)),
      // IoT Hub does not store a retained message; it adds a property
      // (docs/protocol/protocol.md §1.3).
      ...(message.retain ? [['mqtt-retain', 'true'] as const] : []),
      ...(message.isWill ? [['iothub-MessageType', 'Will'] as const] : []),
    ]),
    systemProperties: Object.fromEntries([
      ...given.filter(isSystem).map(([key, value]) => [systemNames.get(key) ?? key, value] as const),
      // Only the hub sets these.
      ['iothub-connection-device-id', deviceId],
      ...(moduleId === undefined ? [] : [['iothub-connection-module-id', moduleId] as const]),
      ['iothub-enqueuedtime', new Date(message.at).toISOString()],
      ['iothub-message-source', 'Telemetry'],
    ]),
  }
}
