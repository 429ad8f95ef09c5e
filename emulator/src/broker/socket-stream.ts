import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { PacketReader } from './packet-reader.ts'

/** How many unread bytes a device may cause before the hub stops reading its socket. */
const highWaterMark = 64 * 1024

/**
 * The MQTT bytes of a WebSocket as a stream. MQTT packets need not match WebSocket messages (MQTT 3.1.1 §6.0); what the stream gives is whole
 * packets, checked for size before anything collects them.
 */
export class SocketStream extends Duplex {
  readonly #webSocket: WebSocket
  readonly #packets = new PacketReader()
  #silent = false

  constructor(webSocket: WebSocket) {
    super({ readableHighWaterMark: highWaterMark })
    this.#webSocket = webSocket
    webSocket.on('message', (data: RawData, isBinary: boolean) => this.#receive(data, isBinary))
    webSocket.on('close', () => this.destroy())
    webSocket.on('error', (error) => this.destroy(error))
  }

  get isSilent(): boolean {
    return this.#silent
  }

  /** From now on bytes are taken and nothing is sent, not even that the hub has given up. */
  silence(): void {
    this.#silent = true
  }

  /** Breaks the connection, a silent one too. */
  terminate(): void {
    this.#webSocket.terminate()
    this.destroy()
  }

  override _read(): void {
    this.#webSocket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#silent || this.#webSocket.readyState !== this.#webSocket.OPEN) done()
    else this.#webSocket.send(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    // mqtt-packet writes a packet in pieces: one message is kinder to everyone who counts frames.
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#silent) this.#webSocket.close()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Without an error there may be a last packet on its way, a CONNACK that refuses: a close by the book lets it pass.
    if (!this.#silent) {
      if (error) this.#webSocket.terminate()
      else this.#webSocket.close()
    }
    done(error)
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#silent || this.destroyed) return
    // MQTT 3.1.1 [MQTT-6.0.0-1]: text frames end the connection.
    if (!isBinary) return this.terminate()
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data
    const packets = this.#packets.read(bytes)
    if (packets === undefined) return this.terminate()
    for (const packet of packets) if (!this.push(packet)) this.#webSocket.pause()
  }
}
