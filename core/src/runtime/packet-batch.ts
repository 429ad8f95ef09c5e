import { join, type Packet } from '../protocol/mqtt-encode.ts'

/**
 * A frame carries any number of packets (MQTT 3.1.1 §6.0), and a system call costs more than a
 * copy.
 */
const MAX_BATCH_BYTES = 16 * 1024

/** Joins the packets of a turn to a frame. */
export interface PacketBatch {
  /** Sends with the other packets of this turn. */
  add(packet: Packet): void
  /** Sends the packets so far at once. */
  flush(): void
}

/** @param send gets nothing while `isHeld` is true; then the packets wait for `flush` */
export function createPacketBatch(isHeld: () => boolean, send: (frame: Packet) => void): PacketBatch {
  let packets: Packet[] = []
  let bytes = 0

  function flush(): void {
    if (packets.length === 0 || isHeld()) return
    const frame = packets.length === 1 && packets[0] !== undefined ? packets[0] : join(packets)
    packets = []
    bytes = 0
    send(frame)
  }

  return {
    add(packet) {
      packets.push(packet)
      bytes += packet.length
      if (packets.length === 1) queueMicrotask(flush)
      if (bytes >= MAX_BATCH_BYTES) flush()
    },
    flush,
  }
}
