import { Duplex } from 'node:stream'
import { type PacketReader, createPacketReader, readPackets } from './packet-reader.ts'

/** How many unhandled bytes make the hub stop reading a socket. */
const HIGH_WATER_MARK = 64 * 1024

/** The port to the socket below MQTT: a WebSocket or a TLS socket. */
export interface Carrier {
  isOpen(): boolean
  send(bytes: Buffer, done: (error?: Error | null) => void): void
  pause(): void
  resume(): void
  /** Sends pending data and the protocol's closing message, then closes it. */
  close(): void
  /** Closes it at once. */
  terminate(): void
}

/**
 * The stage of a connection. A client may send packets before it has CONNACK (MQTT 3.1.1 §3.1.4).
 */
type Stage =
  | { readonly type: 'new' }
  /** CONNECT has arrived. The stream holds later packets until CONNACK has left. */
  | { readonly type: 'connecting'; readonly held: Buffer[] }
  | { readonly type: 'open' }

const NEW: Stage = { type: 'new' }
const OPEN: Stage = { type: 'open' }

/**
 * The MQTT packets of a socket. Packets do not align with the messages of the carrier (MQTT 3.1.1
 * §6.0). The duplex emits whole packets, whose size the hub checks before it buffers them.
 *
 * The stream holds the packets after CONNECT until `releasePackets()`, because aedes would handle
 * them while the hub authenticates. The first of them pauses the carrier, and the duplex emits
 * `early`. So the hub buffers at most a single read for a client without CONNACK.
 */
export interface PacketStream {
  /** The packets of both directions, for the broker. */
  readonly duplex: Duplex
  readonly carrier: Carrier
  readonly reader: PacketReader
  stage: Stage
  /** Whether the stream reads and sends nothing, not even a close. */
  isSilent: boolean
}

export function createPacketStream(carrier: Carrier): PacketStream {
  const duplex = new Duplex({
    readableHighWaterMark: HIGH_WATER_MARK,
    read() {
      if (!hasEarlyPackets(stream)) carrier.resume()
    },
    write: (chunk: Buffer, _encoding, done) => send(stream, chunk, done),
    // mqtt-packet writes a packet in pieces; the device gets it in a single WebSocket message.
    writev: (chunks, done) => send(stream, Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
    final(done) {
      if (!stream.isSilent) carrier.close()
      done()
    },
    destroy(error, done) {
      // Without an error, a last packet may be pending, such as a refusing CONNACK. A regular close
      // sends it.
      if (!stream.isSilent) {
        if (error) carrier.terminate()
        else carrier.close()
      }
      done(error)
    },
  })
  const stream: PacketStream = { duplex, carrier, reader: createPacketReader(), stage: NEW, isSilent: false }
  return stream
}

/** Whether a packet has arrived before CONNACK has left. */
export function hasEarlyPackets({ stage }: PacketStream): boolean {
  return stage.type === 'connecting' && stage.held.length > 0
}

/** From now on, the stream reads and sends nothing, not even a close. */
export function silenceStream(stream: PacketStream): void {
  stream.isSilent = true
}

/** Handles bytes from the carrier. */
export function receiveBytes(stream: PacketStream, bytes: Buffer): void {
  if (stream.isSilent || stream.duplex.destroyed) return
  const packets = readPackets(stream.reader, bytes)
  if (packets === undefined) return terminate(stream)
  if (stream.stage.type !== 'new') return emitPackets(stream, packets)
  const connect = packets.shift()
  if (connect === undefined) return
  stream.stage = { type: 'connecting', held: [] }
  stream.duplex.push(connect)
  emitPackets(stream, packets)
}

/** CONNACK has left: emits the held packets, and later packets at once. */
export function releasePackets(stream: PacketStream): void {
  if (stream.stage.type !== 'connecting') return
  const { held } = stream.stage
  stream.stage = OPEN
  stream.carrier.resume()
  if (!stream.isSilent) emitPackets(stream, held)
}

/** Closes the connection at once, even if it is silent. */
export function terminate({ carrier, duplex }: PacketStream): void {
  carrier.terminate()
  duplex.destroy()
}

function emitPackets({ carrier, duplex, stage }: PacketStream, packets: readonly Buffer[]): void {
  const [first] = packets
  if (first === undefined) return
  // A message can hold half a million small packets. A buffer for each would take far more memory.
  const bytes = packets.length === 1 ? first : Buffer.concat(packets)
  if (stage.type === 'connecting') {
    stage.held.push(bytes)
    carrier.pause()
    duplex.emit('early')
  } else if (!duplex.push(bytes)) {
    carrier.pause()
  }
}

function send({ carrier, isSilent }: PacketStream, bytes: Buffer, done: (error?: Error | null) => void): void {
  if (isSilent || !carrier.isOpen()) done()
  else carrier.send(bytes, done)
}
