import { Duplex } from 'node:stream'
import { PacketReader } from './packet-reader.ts'

/** How many unhandled bytes make the hub stop reading a socket. */
const HIGH_WATER_MARK = 64 * 1024

/** The port to the socket below MQTT: a WebSocket or a TLS socket. */
export interface Carrier {
  readonly isOpen: boolean
  send(bytes: Buffer, done: (error?: Error | null) => void): void
  pause(): void
  resume(): void
  /** Closes it with a goodbye, after pending data. */
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

/**
 * The MQTT packets of a socket as a stream. Packets do not align with the messages of the carrier
 * (MQTT 3.1.1 §6.0). The stream emits whole packets and checks their size before it buffers them.
 *
 * The stream holds the packets after CONNECT until `release()`, because aedes would handle them
 * while the hub authenticates. The first of them pauses the carrier and emits `early`. So the hub
 * buffers at most a single read for a client without CONNACK.
 */
export class PacketStream extends Duplex {
  readonly #carrier: Carrier
  readonly #packets = new PacketReader()
  #stage: Stage = { type: 'new' }
  #silent = false

  constructor(carrier: Carrier) {
    super({ readableHighWaterMark: HIGH_WATER_MARK })
    this.#carrier = carrier
  }

  /** Whether a packet has arrived before CONNACK has left. */
  get hasEarlyPackets(): boolean {
    return this.#stage.type === 'connecting' && this.#stage.held.length > 0
  }

  get isSilent(): boolean {
    return this.#silent
  }

  /** From now on, the stream reads and sends nothing, not even a close. */
  silence(): void {
    this.#silent = true
  }

  /** Handles bytes from the carrier. */
  receive(bytes: Buffer): void {
    if (this.#silent || this.destroyed) return
    const packets = this.#packets.read(bytes)
    if (packets === undefined) return this.terminate()
    if (this.#stage.type !== 'new') return this.#emitPackets(packets)
    const connect = packets.shift()
    if (connect === undefined) return
    this.#stage = { type: 'connecting', held: [] }
    this.push(connect)
    this.#emitPackets(packets)
  }

  /** CONNACK has left: emits the held packets, and later packets at once. */
  release(): void {
    if (this.#stage.type !== 'connecting') return
    const { held } = this.#stage
    this.#stage = { type: 'open' }
    this.#carrier.resume()
    if (!this.#silent) this.#emitPackets(held)
  }

  #emitPackets(packets: readonly Buffer[]): void {
    const [first] = packets
    if (first === undefined) return
    // A message can hold half a million small packets. A buffer for each would take far more
    // memory.
    const bytes = packets.length === 1 ? first : Buffer.concat(packets)
    if (this.#stage.type === 'connecting') {
      this.#stage.held.push(bytes)
      this.#carrier.pause()
      this.emit('early')
    } else if (!this.push(bytes)) {
      this.#carrier.pause()
    }
  }

  /** Closes the connection at once, even if it is silent. */
  terminate(): void {
    this.#carrier.terminate()
    this.destroy()
  }

  override _read(): void {
    if (!this.hasEarlyPackets) this.#carrier.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#silent || !this.#carrier.isOpen) done()
    else this.#carrier.send(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    // mqtt-packet writes a packet in pieces; the device gets it in a single WebSocket message.
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#silent) this.#carrier.close()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Without an error, a last packet may be pending, such as a refusing CONNACK. A regular close
    // sends it.
    if (!this.#silent) {
      if (error) this.#carrier.terminate()
      else this.#carrier.close()
    }
    done(error)
  }
}
