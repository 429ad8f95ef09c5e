import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { MqttServer } from './mqtt-server.ts'
import { tlsStream } from './tls-stream.ts'
import { noticeDeadPeers } from '../http/listener.ts'
import type { Listener, ListenerOptions } from '../http/listener.ts'

/** A port that takes MQTT straight over TLS, as IoT Hub's 8883 does; there is none without TLS (docs/protocol/protocol.md §1.1). */
export async function listenMqtt(
  mqtt: MqttServer,
  options: Required<Omit<ListenerOptions, 'httpSocketsPerAddress'>>,
): Promise<Listener> {
  const { port, address, certificate, slowClientTimeoutInMs } = options
  const settings = { ...certificate, ...noticeDeadPeers, handshakeTimeout: slowClientTimeoutInMs }
  const server = createServer(settings, (socket) => mqtt.accept(tlsStream(socket), true))
  // A handshake that fails, or has taken too long, is the peer's affair. Node leaves its socket open.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
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
