import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { MqttServer } from './broker/mqtt-server.ts'
import { tlsStream } from './broker/tls-stream.ts'
import type { Listener, ListenerOptions } from './listener.ts'

/** As long as a CONNECT may take after it (protocol sheet 1.3). */
const handshakeTimeoutInMs = 30_000

/** A port that takes MQTT straight over TLS, as IoT Hub's 8883 does; there is none without TLS (protocol sheet 1.1). */
export async function listenMqtt(mqtt: MqttServer, options: Required<ListenerOptions>): Promise<Listener> {
  const { port, address, certificate } = options
  const server = createServer({ ...certificate, handshakeTimeout: handshakeTimeoutInMs }, (socket) =>
    mqtt.accept(tlsStream(socket), true),
  )
  // A handshake that fails is the peer's affair; its socket is destroyed already.
  server.on('tlsClientError', () => undefined)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
