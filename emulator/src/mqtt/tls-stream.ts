import type { TLSSocket } from 'node:tls'
import { PacketStream } from './packet-stream.ts'

/** After this time, the hub destroys the socket of a peer that does not close its side. */
const GOODBYE_IN_MS = 5000

/** MQTT directly over TLS, as on port 8883. */
export function tlsStream(socket: TLSSocket): PacketStream {
  const stream = new PacketStream({
    get isOpen() {
      return socket.writable
    },
    send: (bytes, done) => void socket.write(bytes, done),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close() {
      if (socket.destroyed) return
      const timer = setTimeout(() => socket.destroy(), GOODBYE_IN_MS)
      socket.once('close', () => clearTimeout(timer))
      // A paused socket would never reach its end. The stream ignores the remaining data.
      socket.resume()
      socket.end()
    },
    terminate: () => void socket.destroy(),
  })
  socket.setNoDelay(true)
  socket.on('data', (bytes: Buffer) => stream.receive(bytes))
  socket.on('close', () => stream.destroy())
  socket.on('error', (error) => stream.destroy(error))
  return stream
}
