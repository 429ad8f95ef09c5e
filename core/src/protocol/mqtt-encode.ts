import type { Filter } from './filter.ts'
import { encodeText } from './mqtt-text.ts'

/** The fields of a device's CONNECT without a will. */
export interface ConnectFields {
  readonly clientId: string
  readonly userName: string
  readonly password: string
  readonly keepaliveInSeconds: number
  /** @default false: a clean session */
  readonly isPersistent?: boolean
}

export interface PublishFields {
  readonly topic: string
  readonly payload: string | Uint8Array
  /** With it, the packet has QoS 1, and PUBACK follows; without it, QoS 0. */
  readonly packetId?: number
}

/** MQTT 3.1.1 §3.12 */
export const PINGREQ: Packet = Uint8Array.of(0xc0, 0)

/** MQTT 3.1.1 §3.14 */
export const DISCONNECT: Packet = Uint8Array.of(0xe0, 0)

/** Protocol name "MQTT" and level 4 (MQTT 3.1.1 §3.1.2). */
const CONNECT_HEADER = [0, 4, 0x4d, 0x51, 0x54, 0x54, 4]

/** User name and password, and for the second a clean session (MQTT 3.1.1 §3.1.2.3). */
const [PERSISTENT, CLEAN] = [0xc0, 0xc2]

/** The length prefix of a string and of the password has two bytes (MQTT 3.1.1 §1.5.3). */
const MAX_FIELD_BYTES = 0xffff

/** @throws RangeError for a field that MQTT cannot carry */
export function encodeConnect(fields: ConnectFields): Packet {
  const { clientId, userName, password, keepaliveInSeconds, isPersistent } = fields
  return packet(0x10, [
    [...CONNECT_HEADER, isPersistent ? PERSISTENT : CLEAN, ...twoBytes(keepaliveInSeconds)],
    ...field(clientId, 'Client identifier'),
    ...field(userName, 'User name'),
    ...field(password, 'Password'),
  ])
}

/** @throws RangeError for a filter that MQTT cannot carry */
export function encodeSubscribe(packetId: number, filters: readonly Filter[]): Packet {
  return packet(0x82, [
    twoBytes(packetId),
    ...filters.flatMap(({ topic, qos }) => [...field(topic, 'Topic filter'), [qos]]),
  ])
}

/** @throws RangeError for a filter that MQTT cannot carry */
export function encodeUnsubscribe(packetId: number, filters: readonly string[]): Packet {
  return packet(0xa2, [twoBytes(packetId), ...filters.flatMap((filter) => field(filter, 'Topic filter'))])
}

/** @throws RangeError for a topic that MQTT cannot carry */
export function encodePublish({ topic, payload, packetId }: PublishFields): Packet {
  return packet(packetId === undefined ? 0x30 : 0x32, [
    ...field(topic, 'Topic'),
    ...(packetId === undefined ? [] : [twoBytes(packetId)]),
    typeof payload === 'string' ? encodeText(payload) : payload,
  ])
}

export function encodePuback(packetId: number): Packet {
  return packet(0x40, [twoBytes(packetId)])
}

type Bytes = ArrayLike<number>
export type Packet = Uint8Array<ArrayBuffer>

function packet(header: number, parts: readonly Bytes[]): Packet {
  return join([[header, ...remainingLength(parts.reduce((sum, { length }) => sum + length, 0))], ...parts])
}

/** Joins parts to a packet, or packets to a frame. */
export function join(parts: readonly Bytes[]): Packet {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Seven bits in each byte, the lowest first (MQTT 3.1.1 §2.2.3). */
function remainingLength(length: number): number[] {
  const bytes: number[] = []
  let rest = length
  do {
    bytes.push((rest % 128) + (rest > 127 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return bytes
}

function field(text: string, name: string): [Bytes, Bytes] {
  const bytes = encodeText(text)
  if (bytes.length > MAX_FIELD_BYTES) {
    throw new RangeError(`${name} has ${bytes.length} bytes; the limit is ${MAX_FIELD_BYTES}`)
  }
  if (text.includes('\0')) throw new RangeError(`${name} has the character U+0000, which MQTT does not allow`)
  return [twoBytes(bytes.length), bytes]
}

function twoBytes(value: number): [number, number] {
  return [value >> 8, value & 0xff]
}
