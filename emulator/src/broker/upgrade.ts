import type { IncomingMessage, Server } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { FaultSource } from '../faults.ts'
import type { MqttServer } from './mqtt-server.ts'
import { webSocketStream } from './web-socket-stream.ts'

export const webSocketPath = '/$iothub/websocket'

/** One message may hold several MQTT packets; the limit of a packet is the packet reader's. */
const maxMessageBytes = 1024 * 1024

export interface Upgrades {
  serve(server: Server, secure: boolean): void
  close(): void
}

/**
 * WebSockets for MQTT. The path must be IoT Hub's and the subprotocol `mqtt` in any case, echoed as it was offered; anything else is answered
 * with 400. The query does not matter (protocol sheet 1.1).
 */
export function createUpgrades(mqtt: MqttServer, faults: FaultSource): Upgrades {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((name) => name.toLowerCase() === 'mqtt') ?? false,
  })

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, secure: boolean): void {
    // Until the WebSocket has it, an error of the socket has no other listener.
    socket.on('error', () => socket.destroy())
    const fault = faults.strike('refuse-upgrade', {})
    if (fault !== undefined) return refuse(socket, fault.status)
    if (pathOf(request) !== webSocketPath || !offersMqtt(request)) return refuse(socket, 400)
    webSockets.handleUpgrade(request, socket, head, (webSocket) => mqtt.accept(webSocketStream(webSocket), secure))
  }

  return {
    serve(server, secure) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        upgrade(request, socket, head, secure),
      )
    },
    close() {
      for (const webSocket of webSockets.clients) webSocket.terminate()
      webSockets.close()
    },
  }
}

function offersMqtt(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((name) => name.trim().toLowerCase() === 'mqtt')
}

function pathOf(request: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
  } catch {
    return undefined
  }
}

function refuse(socket: Duplex, status: number): void {
  // A peer that never closes its own side must not keep a socket.
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
