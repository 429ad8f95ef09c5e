import { protocolError, type TwinError } from '../errors.ts'
import { decodeText } from './mqtt-text.ts'

/** A packet that a hub sends to a device. */
export type ReceivedPacket =
  | { readonly type: 'connack'; readonly code: number }
  | { readonly type: 'suback'; readonly packetId: number; readonly codes: readonly number[] }
  | { readonly type: 'unsuback' | 'puback'; readonly packetId: number }
  | {
      readonly type: 'publish'
      readonly topic: string
      /** A view of the received bytes, not a copy. */
      readonly payload: Uint8Array
      /** Only a message with QoS 1 has it, and requires a PUBACK. */
      readonly packetId?: number
      readonly dup: boolean
    }
  | { readonly type: 'pingresp' }

interface PacketFormat {
  readonly type: ReceivedPacket['type']
  /** Bytes, where the length is fixed. */
  readonly bodyLength?: number
}

/** The packets that a hub may send, by packet type (MQTT 3.1.1 §2.2.1). */
const FORMATS: { readonly [packetType: number]: PacketFormat } = {
  2: { type: 'connack', bodyLength: 2 },
  3: { type: 'publish' },
  4: { type: 'puback', bodyLength: 2 },
  9: { type: 'suback' },
  11: { type: 'unsuback', bodyLength: 2 },
  13: { type: 'pingresp', bodyLength: 0 },
}

/**
 * Checks the first byte of a packet, before the rest arrives.
 *
 * @throws TwinError `ERR_PROTOCOL`
 */
export function checkHeader(header: number): void {
  const flags = header & 0x0f
  if (formatOf(header).type !== 'publish') {
    // Reserved (MQTT 3.1.1 §2.2.2).
    if (flags !== 0) throw malformed(header, `with flags ${flags}, not 0`)
    return
  }
  // The client subscribes with QoS 0 or 1, so no hub starts the handshake of QoS 2. DUP needs QoS 1
  // (§3.3.1.1).
  const qos = (flags >> 1) & 3
  if (qos > 1 || (qos === 0 && flags & 8)) throw malformed(header, `with QoS ${qos} and flags ${flags}`)
}

/**
 * Decodes a packet whose header `checkHeader` has accepted.
 *
 * @param header the first byte
 * @param body the bytes that the remaining length counts
 * @throws TwinError `ERR_PROTOCOL`
 */
export function decodePacket(header: number, body: Uint8Array): ReceivedPacket {
  const { type, bodyLength = body.length } = formatOf(header)
  if (body.length !== bodyLength) throw malformed(header, `of ${body.length} bytes, not ${bodyLength}`)
  switch (type) {
    case 'connack':
      return decodeConnack(header, body)
    case 'publish':
      return decodePublish(header, body)
    case 'suback':
      return decodeSuback(header, body)
    case 'pingresp':
      return { type }
    default:
      return { type, packetId: packetIdAt(header, body, 0) }
  }
}

function formatOf(header: number): PacketFormat {
  const format = FORMATS[header >> 4]
  if (format === undefined) throw malformed(header, 'which is not for a device')
  return format
}

/** MQTT 3.1.1 §3.2 */
function decodeConnack(header: number, body: Uint8Array): ReceivedPacket {
  const [flags = 0, code = 0] = body
  if (flags > 1 || code > 5 || (flags === 1 && code > 0)) {
    throw malformed(header, `with flags ${flags} and code ${code}`)
  }
  return { type: 'connack', code }
}

/** MQTT 3.1.1 §3.3 */
function decodePublish(header: number, body: Uint8Array): ReceivedPacket {
  const end = 2 + twoBytesAt(body, 0)
  const hasId = (header & 2) > 0
  const start = hasId ? end + 2 : end
  if (body.length < start) throw malformed(header, `of ${body.length} bytes, not ${start}`)
  const topic = decodeText(body.subarray(2, end))
  if (!topic) throw malformed(header, 'whose topic is empty or not UTF-8')
  return {
    type: 'publish',
    topic,
    payload: body.subarray(start),
    dup: (header & 8) > 0,
    ...(hasId && { packetId: packetIdAt(header, body, end) }),
  }
}

/** MQTT 3.1.1 §3.9 */
function decodeSuback(header: number, body: Uint8Array): ReceivedPacket {
  if (body.length < 3) throw malformed(header, `of ${body.length} bytes, not 3`)
  const codes = [...body.subarray(2)]
  const wrong = codes.find((code) => code > 2 && code !== 0x80)
  if (wrong) throw malformed(header, `with code ${wrong}`)
  return { type: 'suback', packetId: packetIdAt(header, body, 0), codes }
}

function packetIdAt(header: number, body: Uint8Array, at: number): number {
  const packetId = twoBytesAt(body, at)
  if (packetId === 0) throw malformed(header, 'with packet identifier 0')
  return packetId
}

function twoBytesAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function malformed(header: number, problem: string): TwinError {
  const name = FORMATS[header >> 4]?.type.toUpperCase() ?? `packet type ${header >> 4}`
  return protocolError(`Hub sent ${name} ${problem}`)
}
