import type { TLSSocket } from 'node:tls'
import { type PacketStream, createPacketStream, receiveBytes } from './packet-stream.ts'

/** After this time, the hub destroys the socket of a peer that does not close its side. */
const GOODBYE_IN_MS = 5000

/** MQTT directly over TLS, as on port 8883. */
export function tlsStream(socket: TLSSocket): PacketStream {
  const stream = createPacketStream({
    isOpen: () => socket.writable,
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
  socket.on('data', (bytes: Buffer) => receiveBytes(stream, bytes))
  socket.on('close', () => stream.duplex.destroy())
  socket.on('error', (error) => stream.duplex.destroy(error))
  return stream
}
