import { Duplex } from 'node:stream'
import { PacketReader } from './packet-reader.ts'

/** How many unread bytes a device may cause before the hub stops reading its socket. */
const highWaterMark = 64 * 1024

/** What MQTT travels on. */
export interface Carrier {
  readonly isOpen: boolean
  send(bytes: Buffer, done: (error?: Error | null) => void): void
  pause(): void
  resume(): void
  /** Ends it by the book, after what is on its way. */
  close(): void
  /** Breaks it. */
  terminate(): void
}

/** How far a connection is: a client may send before it has CONNACK (MQTT 3.1.1 §3.1.4). */
type Stage =
  | { readonly type: 'new' }
  /** CONNECT has come. Later packets are held until CONNACK has left. */
  | { readonly type: 'connecting'; readonly held: Buffer[] }
  | { readonly type: 'open' }

/**
 * The MQTT bytes of a socket as a stream. MQTT packets need not match what the carrier delivers (MQTT 3.1.1 §6.0); what the stream gives is whole
 * packets, checked for size before anything collects them.
 *
 * The packets behind a CONNECT stay here until `release()`, since aedes would handle them while the hub authenticates. The first of them stops
 * the carrier, so a client without CONNACK can make the hub keep one read of the socket and no more. The stream emits `early` for it.
 */
export class PacketStream extends Duplex {
  readonly #carrier: Carrier
  readonly #packets = new PacketReader()
  #stage: Stage = { type: 'new' }
  #silent = false

  constructor(carrier: Carrier) {
    super({ readableHighWaterMark: highWaterMark })
    this.#carrier = carrier
  }

  /** Whether a packet has come before CONNACK has left. */
  get hasEarlyPackets(): boolean {
    return this.#stage.type === 'connecting' && this.#stage.held.length > 0
  }

  get isSilent(): boolean {
    return this.#silent
  }

  /** From now on bytes are taken and nothing is sent, not even that the hub has given up. */
  silence(): void {
    this.#silent = true
  }

  /** Bytes have come. */
  receive(bytes: Buffer): void {
    if (this.#silent || this.destroyed) return
    const packets = this.#packets.read(bytes)
    if (packets === undefined) return this.terminate()
    if (this.#stage.type !== 'new') return this.#take(packets)
    const connect = packets.shift()
    if (connect === undefined) return
    this.#stage = { type: 'connecting', held: [] }
    this.push(connect)
    this.#take(packets)
  }

  /** CONNACK has left: the stream gives the packets that it held, and later ones at once. */
  release(): void {
    if (this.#stage.type !== 'connecting') return
    const { held } = this.#stage
    this.#stage = { type: 'open' }
    this.#carrier.resume()
    if (!this.#silent) this.#take(held)
  }

  #take(packets: readonly Buffer[]): void {
    const [first] = packets
    if (first === undefined) return
    // One message may hold half a million small packets, and a buffer for each would take far more memory than their bytes.
    const bytes = packets.length === 1 ? first : Buffer.concat(packets)
    if (this.#stage.type === 'connecting') {
      this.#stage.held.push(bytes)
      this.#carrier.pause()
      this.emit('early')
    } else if (!this.push(bytes)) {
      this.#carrier.pause()
    }
  }

  /** Breaks the connection, a silent one too. */
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
    // mqtt-packet writes a packet in pieces: one message is kinder to everyone who counts frames.
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#silent) this.#carrier.close()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Without an error there may be a last packet on its way, a CONNACK that refuses: a close by the book lets it pass.
    if (!this.#silent) {
      if (error) this.#carrier.terminate()
      else this.#carrier.close()
    }
    done(error)
  }
}
