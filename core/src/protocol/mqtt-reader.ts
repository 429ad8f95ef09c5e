import { protocolError } from '../errors.ts'
import { checkHeader, decodePacket, type ReceivedPacket } from './mqtt-decode.ts'
import { join } from './mqtt-encode.ts'

/**
 * The largest packet that a device accepts. The longest body that `response.ts` reads has 1 MiB of
 * UTF-16 units, which take at most three bytes each. The topic comes in addition.
 */
export const MAX_PACKET_BYTES: number = 4 * 1024 * 1024

/**
 * Splits the bytes of a connection into packets. Packets and frames need not match (MQTT 3.1.1
 * §6.0).
 */
export interface PacketReader {
  /**
   * Reads more bytes and calls `onPacket` for each complete packet.
   *
   * @throws TwinError `ERR_PROTOCOL` at the first malformed packet; close the connection then
   */
  read(bytes: Uint8Array): void
}

export function createPacketReader(
  onPacket: (packet: ReceivedPacket) => void,
  maxBytes: number = MAX_PACKET_BYTES,
): PacketReader {
  let chunks: Uint8Array[] = []
  let size = 0
  /**
   * Joins the chunks from this size on, so that a packet that arrives byte by byte is joined once.
   */
  let needed = 1

  return {
    read(bytes) {
      chunks.push(bytes)
      size += bytes.length
      if (size < needed) return
      let rest = chunks.length === 1 ? bytes : join(chunks)
      for (;;) {
        const cut = measure(rest, maxBytes)
        if (cut === undefined || rest.length < cut.end) {
          chunks = rest.length === 0 ? [] : [rest]
          size = rest.length
          needed = cut?.end ?? size + 1
          return
        }
        const packet = decodePacket(rest[0] ?? 0, rest.subarray(cut.start, cut.end))
        rest = rest.subarray(cut.end)
        onPacket(packet)
      }
    },
  }
}

/**
 * MQTT 3.1.1 §2.2.3
 *
 * @returns the start and the end of the first packet's body, `undefined` while its length is
 *   incomplete
 */
function measure(bytes: Uint8Array, maxBytes: number): { start: number; end: number } | undefined {
  const [header] = bytes
  if (header === undefined) return undefined
  checkHeader(header)
  let length = 0
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte >= 0x80) continue
    const end = at + 1 + length
    if (end > maxBytes) throw protocolError(`Hub sent a packet of ${end} bytes; the limit is ${maxBytes}`)
    return { start: at + 1, end }
  }
  throw protocolError('Hub sent a remaining length of over four bytes')
}
