import type { Json } from '../formats/json.ts'
import { parseBag } from '../mqtt/property-bag.ts'

/** The properties of a message: those of the app and those of the system. The caller owns both. */
export interface MessageProperties {
  readonly properties: Record<string, Json>
  /** Named as a back end reads them, such as `message-id` for `$.mid`. */
  readonly systemProperties: Record<string, Json>
}

type Pair = readonly [name: string, value: string | null]

/**
 * The system keys of a property bag, and their names for a back end (docs/protocol/device.md §1.3).
 */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
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
  ['$.schema', 'iothub-message-schema'],
  ['$.on', 'iothub-outputname'],
])

/** Only Edge Hub may write these (docs/protocol/device.md §1.3). */
const SENDER_NAMES: ReadonlyMap<string, string> = new Map([
  ['$.cdid', 'iothub-connection-device-id'],
  ['$.cmid', 'iothub-connection-module-id'],
])

/**
 * System properties without `$.`, which only messages to a device have
 * (docs/protocol/device.md §1.3).
 */
const DEVICE_BOUND_NAMES: ReadonlySet<string> = new Set(['iothub-ack', 'iothub-operation'])

/** Splits the bag of a message from a device. An unknown `$.` key keeps its name. */
export function splitTelemetryBag(bag: Iterable<Pair>): MessageProperties {
  return split(bag, isSystemKey)
}

/**
 * Reads the bag of a message to a device or to an input of a module, whose sender is in `$.cdid`
 * and `$.cmid`.
 */
export function readDeviceBoundBag(bag: string): MessageProperties {
  const { properties, systemProperties } = split(
    parseBag(bag),
    (key) => isSystemKey(key) || DEVICE_BOUND_NAMES.has(key),
  )
  const renamed = Object.entries(systemProperties).map(([key, value]) => [SENDER_NAMES.get(key) ?? key, value] as const)
  return { properties, systemProperties: Object.fromEntries(renamed) }
}

/**
 * The bytes that count toward the limit of a message: names and values of the app's properties, and
 * values of system properties, but not their names (docs/protocol/device.md §1.5).
 */
export function meteredBytes(properties: Iterable<Pair>): number {
  let bytes = 0
  for (const [key, value] of properties) {
    bytes += (isSystemKey(key) ? 0 : Buffer.byteLength(key)) + Buffer.byteLength(value ?? '')
  }
  return bytes
}

function split(bag: Iterable<Pair>, isSystem: (key: string) => boolean): MessageProperties {
  const properties: Pair[] = []
  const systemProperties: Pair[] = []
  for (const [key, value] of bag) {
    if (isSystem(key)) systemProperties.push([SYSTEM_NAMES.get(key) ?? key, value])
    else properties.push([key, value])
  }
  return { properties: Object.fromEntries(properties), systemProperties: Object.fromEntries(systemProperties) }
}

function isSystemKey(key: string): boolean {
  return key.startsWith('$.')
}
