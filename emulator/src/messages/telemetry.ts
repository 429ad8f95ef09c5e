import type { Telemetry } from '../events/hub-event.ts'
import type { Identity } from '../identity/identity-id.ts'
import { parseBag } from '../mqtt/property-bag.ts'
import { Refusal } from '../errors/refusal.ts'
import { meteredBytes, splitTelemetryBag } from './message-properties.ts'

/** The limit of a message with its properties (docs/protocol/device.md §1.5). */
const MAX_BYTES = 256 * 1024

/** The connection that a message came over. */
export interface TelemetrySource {
  readonly identity: Identity
  readonly generationId: string
  /** The owner of the key that signed the connection's token. */
  readonly authScope: 'device' | 'module' | 'hub'
  /** The model ID in the user name of the CONNECT. */
  readonly modelId?: string
}

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
export function telemetryOf(source: TelemetrySource, message: TelemetryMessage): Telemetry {
  const bag = parseBag(message.bag)
  if (meteredBytes(bag) + message.body.byteLength > MAX_BYTES) {
    throw new Refusal('RequestEntityTooLarge', `A message and its properties must not exceed ${MAX_BYTES} bytes`)
  }
  const { properties, systemProperties } = splitTelemetryBag(bag)
  return {
    type: 'telemetry',
    body: message.body,
    properties: {
      ...properties,
      // IoT Hub does not store a retained message; it adds a property
      // (docs/protocol/protocol.md §1.3).
      ...(message.retain && { 'mqtt-retain': 'true' }),
      ...(message.isWill && { 'iothub-MessageType': 'Will' }),
    },
    systemProperties: { ...systemProperties, ...stamps(source, message.at) },
  }
}

/**
 * The properties that only the hub writes, regardless of what the device sent
 * (docs/protocol/device.md §1.4).
 */
function stamps({ identity, generationId, authScope, modelId }: TelemetrySource, at: number): Record<string, string> {
  // A text that holds JSON. Printed samples show the type `sas` for every key and token.
  const authMethod = { scope: authScope, type: 'sas', issuer: 'iothub', acceptingIpFilterRule: null }
  return {
    'iothub-connection-device-id': identity.deviceId,
    ...(identity.moduleId !== undefined && { 'iothub-connection-module-id': identity.moduleId }),
    'iothub-connection-auth-method': JSON.stringify(authMethod),
    'iothub-connection-auth-generation-id': generationId,
    'iothub-enqueuedtime': new Date(at).toISOString(),
    'iothub-message-source': 'Telemetry',
    ...(modelId !== undefined && { 'dt-dataschema': modelId }),
  }
}
