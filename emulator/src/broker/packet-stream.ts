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

/**
 * The MQTT bytes of a socket as a stream. MQTT packets need not match what the carrier delivers (MQTT 3.1.1 §6.0); what the stream gives is whole
 * packets, checked for size before anything collects them.
 */
export class PacketStream extends Duplex {
  readonly #carrier: Carrier
  readonly #packets = new PacketReader()
  #silent = false

  constructor(carrier: Carrier) {
    super({ readableHighWaterMark: highWaterMark })
    this.#carrier = carrier
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
    for (const packet of packets) if (!this.push(packet)) this.#carrier.pause()
  }

  /** Breaks the connection, a silent one too. */
  terminate(): void {
    this.#carrier.terminate()
    this.destroy()
  }

  override _read(): void {
    this.#carrier.resume()
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
