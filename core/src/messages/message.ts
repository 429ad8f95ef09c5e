import type { JsonValue } from '../protocol/json.ts'
import { decodeBag } from '../protocol/property-bag.ts'
import { isSystemKey, SYSTEM_KEYS } from '../protocol/system-properties.ts'

/** The properties of a message by name. A name without `=` has the value `null`. */
export type Properties = Readonly<Record<string, string | null>>

/** A message to the device or module. A missing system property is `undefined`. */
export interface ReceivedMessage {
  /** A copy, which the app may change. */
  readonly bytes: Uint8Array
  /** The bytes, decoded as UTF-8. */
  readonly text: string
  /** The text, parsed as JSON; `undefined` when it is not JSON. */
  readonly json: JsonValue | undefined
  /** The sender's own properties. */
  readonly properties: Properties
  /** All system properties by their keys on the wire, such as `$.mid`. */
  readonly systemProperties: Properties
  readonly messageId?: string | undefined
  readonly correlationId?: string | undefined
  readonly userId?: string | undefined
  /** `/devices/{deviceId}/messages/deviceBound` */
  readonly to?: string | undefined
  /** An expired message never reaches the app. */
  readonly expiresAt?: Date | undefined
  readonly creationTime?: Date | undefined
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly schema?: string | undefined
  /** The feedback that the sender gets: `positive`, `negative`, or `full`. */
  readonly ack?: string | undefined
  /** The input of the module. */
  readonly input?: string | undefined
  /** The device that sent a message to an input. */
  readonly fromDeviceId?: string | undefined
  /** The module that sent a message to an input. */
  readonly fromModuleId?: string | undefined
  /**
   * The app may have had the message before: DUP is set, the last attempt to handle it failed, or
   * this device has had a message with the same ID.
   */
  readonly isRedelivered: boolean
}

/**
 * Reads a message. No part of it causes an error: a malformed part stays a string.
 *
 * @param bag the property bag at the end of the topic
 * @param input the input of a module
 */
export function readMessage(
  { payload, text }: { readonly payload: Uint8Array; readonly text: string },
  bag: string,
  input: string | undefined,
): Omit<ReceivedMessage, 'isRedelivered'> {
  const pairs = decodeBag(bag)
  const system = Object.fromEntries(pairs.filter(([name]) => isSystem(name)))
  // A key has `$.` or `-`, so no object inherits it.
  const textOf = (key: string): string | undefined => system[key] ?? undefined
  const named = (name: string): string | undefined => textOf(SYSTEM_KEYS.get(name) ?? '')
  return {
    bytes: new Uint8Array(payload),
    text,
    json: parse(text),
    properties: Object.fromEntries(pairs.filter(([name]) => !isSystem(name))),
    systemProperties: system,
    messageId: named('messageId'),
    correlationId: named('correlationId'),
    userId: named('userId'),
    to: named('to'),
    expiresAt: parseDate(named('expiresAt')),
    creationTime: parseDate(named('creationTime')),
    contentType: named('contentType'),
    contentEncoding: named('contentEncoding'),
    schema: named('schema'),
    ack: textOf('iothub-ack'),
    input,
    fromDeviceId: textOf('$.cdid'),
    fromModuleId: textOf('$.cmid'),
  }
}

/** `iothub-ack` and `iothub-operation` have no `$.` (docs/protocol/device.md §1.3). */
function isSystem(name: string): boolean {
  return isSystemKey(name) || name.startsWith('iothub-')
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** Times of the hub are UTC, also without a `Z` (docs/protocol/device.md §1.3). */
function parseDate(text = ''): Date | undefined {
  const date = new Date(/T[\d:.]+$/.test(text) ? `${text}Z` : text)
  return Number.isNaN(date.getTime()) ? undefined : date
}
