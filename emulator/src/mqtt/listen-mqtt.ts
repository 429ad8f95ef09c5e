import { createServer } from 'node:tls'
import { type ListenerOptions, NOTICE_DEAD_PEERS } from '../http/listener.ts'
import { answerPlainHttp } from '../http/plain-on-tls.ts'
import { type Listener, openPort } from '../http/open-port.ts'
import type { MqttServer } from './mqtt-server.ts'
import { tlsStream } from './tls-stream.ts'

/**
 * Opens a port for MQTT directly over TLS, as port 8883 of IoT Hub. MQTT without TLS exists over
 * WebSocket only (docs/protocol/protocol.md §1.1).
 */
export function listenMqtt(
  mqtt: MqttServer,
  options: Required<Omit<ListenerOptions, 'httpSocketsPerAddress'>>,
): Promise<Listener> {
  const { port, address, certificate, slowClientTimeoutInMs } = options
  const settings = { ...certificate, ...NOTICE_DEAD_PEERS, handshakeTimeout: slowClientTimeoutInMs }
  const server = createServer(settings, (socket) => mqtt.accept(tlsStream(socket), true))
  answerPlainHttp(server, 'It speaks MQTT directly over TLS, not HTTP')
  // Node leaves the socket open after a handshake that fails or takes too long.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return openPort(server, port, address)
}
