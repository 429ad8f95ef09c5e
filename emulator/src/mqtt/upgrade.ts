import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { FaultSource } from '../faults/faults.ts'
import { injectedUpgradeStatus } from '../faults/injected-responses.ts'
import type { HttpLimits } from '../http/http-limits.ts'
import { pageProblem, peerSocketOf } from '../http/host.ts'
import { refuseAmqp } from '../gaps/reject-amqp.ts'
import type { MqttServer } from './mqtt-server.ts'
import { webSocketStream } from './web-socket-stream.ts'

export const WEB_SOCKET_PATH = '/$iothub/websocket'

/** The .NET SDK connects to the root (docs/protocol/device.md §8.4). */
const WEB_SOCKET_PATHS: readonly (string | undefined)[] = [WEB_SOCKET_PATH, '/']

/** A message can hold several MQTT packets. The packet reader limits the size of a packet. */
const MAX_MESSAGE_BYTES = 1024 * 1024

export interface Upgrades {
  serve(server: Server, limits: HttpLimits): void
  close(): void
}

export interface UpgradeOptions {
  readonly mqtt: MqttServer
  readonly faults: FaultSource
  /** The hub's own name. */
  readonly hostName: string
  /** Origins of pages that may connect, in addition to this machine's and the hub's own names. */
  readonly origins: readonly string[]
}

/** The reason for refusing an upgrade. */
interface UpgradeRefusal {
  readonly status: number
  readonly reason: string
}

/**
 * Accepts WebSockets for MQTT. The path must be IoT Hub's or the root. The subprotocol must be
 * `mqtt` in upper or lower case, and the hub echoes it unchanged (docs/protocol/protocol.md §1.1).
 * The hub ignores the query.
 *
 * A browser lets every page open a WebSocket to this machine, and the development keys are public.
 * So a page's `Origin` must be this machine, a name of the hub, or listed in `origins`, and its
 * `Host` must name the hub. SDKs send no `Origin`, and may name a gateway in `Host`.
 *
 * The body of a refusal states the reason: 400 for a wrong path or subprotocol, 403 for a foreign
 * host or origin. The hub refuses AMQP in AMQP.
 */
export function createUpgrades({ mqtt, faults, hostName, origins }: UpgradeOptions): Upgrades {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find(isMqtt) ?? [...offered].find(isAmqp) ?? false,
  })

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until the WebSocket owns the socket, no other listener handles its errors.
    socket.on('error', () => socket.destroy())
    const peer = peerSocketOf(request.socket)
    const foreign = pageProblem(request.headers, hostName, peer, origins)
    if (foreign !== undefined) return rejectUpgrade(socket, { status: 403, reason: `Refused: ${foreign}` })
    const status = injectedUpgradeStatus(faults)
    if (status !== undefined) return rejectUpgrade(socket, { status, reason: '' })
    const wrong = wrongEndpoint(request)
    if (wrong !== undefined) return rejectUpgrade(socket, wrong)
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (isMqtt(webSocket.protocol)) mqtt.accept(webSocketStream(webSocket), peer.secure)
      else refuseAmqp(webSocket)
    })
  }

  return {
    serve(server, limits) {
      server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
        // The hub is still writing a response to this socket.
        if (limits.isBusy(socket)) socket.destroy()
        else upgrade(request, socket, head)
      })
    },
    close() {
      for (const webSocket of webSockets.clients) webSocket.terminate()
      webSockets.close()
    },
  }
}

function isMqtt(subprotocol: string): boolean {
  return subprotocol.toLowerCase() === 'mqtt'
}

/** The official SDKs offer `AMQPWSB10`. */
function isAmqp(subprotocol: string): boolean {
  return /^amqp/i.test(subprotocol)
}

function wrongEndpoint(request: IncomingMessage): UpgradeRefusal | undefined {
  if (!WEB_SOCKET_PATHS.includes(pathOf(request))) {
    return { status: 400, reason: `The path of a WebSocket must be ${WEB_SOCKET_PATHS.join(' or ')}` }
  }
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (offered.some((name) => isMqtt(name) || isAmqp(name))) return undefined
  return { status: 400, reason: 'The WebSocket must offer the subprotocol mqtt' }
}

function pathOf(request: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
  } catch {
    return undefined
  }
}

function rejectUpgrade(socket: Duplex, { status, reason }: UpgradeRefusal): void {
  // Destroyed, since a peer may never close its side.
  socket.once('finish', () => socket.destroy())
  const body = reason === '' ? '' : `${reason}\n`
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
}
