/**
 * A device-to-cloud message has at most 256 KB (docs/protocol/protocol.md §1.3, max message). The
 * header and the topic, whose escapes do not count toward that limit, come on top.
 */
const MAX_PACKET_BYTES = (256 + 64) * 1024 + 16

const SUBSCRIBE = 0x82

/** Splits a byte stream into MQTT packets (MQTT 3.1.1 §2.2). */
export interface PacketReader {
  chunks: Buffer[]
  size: number
  /**
   * The number of bytes that the next step needs. Without it, a peer that sends single bytes would
   * cause a copy for each.
   */
  needed: number
}

export function createPacketReader(): PacketReader {
  return { chunks: [], size: 0, needed: 2 }
}

/**
 * @returns the packets that are complete now, or undefined if the stream is not MQTT or a packet is
 * too large
 */
export function readPackets(reader: PacketReader, bytes: Buffer): Buffer[] | undefined {
  reader.chunks.push(bytes)
  reader.size += bytes.length
  if (reader.size < reader.needed) return []
  let rest = Buffer.concat(reader.chunks)
  const packets: Buffer[] = []
  for (;;) {
    const length = packetLength(rest)
    if (length === 'malformed') return undefined
    if (length === 'incomplete' || length > rest.length) {
      // An idle connection must not keep a chunk in memory through its empty end.
      reader.chunks = rest.length === 0 ? [] : [rest]
      reader.size = rest.length
      reader.needed = length === 'incomplete' ? rest.length + 1 : length
      return packets
    }
    packets.push(withGrantableQos(rest.subarray(0, length)))
    rest = rest.subarray(length)
  }
}

/**
 * The length of the first packet. The field "remaining length" has one to four bytes
 * (MQTT 3.1.1 §2.2.3).
 */
function packetLength(bytes: Buffer): number | 'incomplete' | 'malformed' {
  let remaining = 0
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at]
    if (byte === undefined) return 'incomplete'
    remaining += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return remaining > MAX_PACKET_BYTES ? 'malformed' : 1 + at + remaining
  }
  return 'malformed'
}

/**
 * Lowers a requested QoS 2 to 1, which is what IoT Hub grants (docs/protocol/protocol.md §1.3).
 * aedes grants the requested QoS and has no hook for this.
 */
function withGrantableQos(packet: Buffer): Buffer {
  if (packet[0] !== SUBSCRIBE) return packet
  let at = 1
  while ((packet[at] ?? 0) >= 0x80) at += 1
  at += 3 // the last byte of the length, and the packet identifier
  const lowered = Buffer.from(packet)
  while (at + 2 < packet.length) {
    at += 2 + packet.readUInt16BE(at)
    if (lowered[at] === 2) lowered[at] = 1
    at += 1
  }
  return lowered
}
