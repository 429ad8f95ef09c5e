import type { Telemetry } from '../events/hub-event.ts'
import type { Identity } from '../identity/identity-id.ts'
import { parseBag } from '../mqtt/property-bag.ts'
import { Refusal } from '../errors/refusal.ts'

/** The sum of body, names and values (docs/protocol/protocol.md §1.3, max message; the SDK says that properties count). */
const maxBytes = 256 * 1024

/** The short keys of a property bag (docs/protocol/protocol.md §5), and the names under which back ends read them. */
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

/** What arrived at a telemetry topic. */
export interface Sent {
  readonly bag: string
  readonly body: Uint8Array
  readonly retain: boolean
  readonly isWill: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

/** @throws Refusal RequestEntityTooLarge */
export function telemetryOf({ deviceId, moduleId }: Identity, sent: Sent): Telemetry {
  const given = [...parseBag(sent.bag)]
  const size = given.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value ?? ''),
    sent.body.byteLength,
  )
  if (size > maxBytes) {
    throw new Refusal('RequestEntityTooLarge', `A message and its properties must not exceed ${maxBytes} bytes`)
  }
  const isSystem = ([key]: readonly [string, unknown]): boolean => key.startsWith('$.')
  return {
    type: 'telemetry',
    body: sent.body,
    properties: Object.fromEntries([
      ...given.filter((pair) => !isSystem(pair)),
      // The hub stores no retained message; it only tells that it was asked to (docs/protocol/protocol.md §1.3).
      ...(sent.retain ? [['mqtt-retain', 'true'] as const] : []),
      ...(sent.isWill ? [['iothub-MessageType', 'Will'] as const] : []),
    ]),
    systemProperties: Object.fromEntries([
      ...given.filter(isSystem).map(([key, value]) => [systemNames.get(key) ?? key, value] as const),
      // Of these the hub alone speaks.
      ['iothub-connection-device-id', deviceId],
      ...(moduleId === undefined ? [] : [['iothub-connection-module-id', moduleId] as const]),
      ['iothub-enqueuedtime', new Date(sent.at).toISOString()],
      ['iothub-message-source', 'Telemetry'],
    ]),
  }
}
