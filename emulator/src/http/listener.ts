import type { RequestListener, Server, ServerOptions } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Upgrades } from '../mqtt/upgrade.ts'
import { limitPerAddress, limitRequests } from './http-limits.ts'
import type { Listener } from './open-port.ts'
import { openPort } from './open-port.ts'

export interface ListenerOptions {
  readonly port: number
  readonly address: string
  /** How long a client may take over what is not worth waiting for. */
  readonly slowClientTimeoutInMs: number
  /** @default 1000 */
  readonly httpSocketsPerAddress?: number
  /** With it the port speaks TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string }
}

/** A peer that has vanished without a goodbye is found by the system's own probes: MQTT with a keep-alive of 0, and HTTP, have none. */
export const noticeDeadPeers = { keepAlive: true, keepAliveInitialDelay: 60_000 } as const

/**
 * How many sockets of one address may carry HTTP requests. Sockets that become WebSockets do not count: ten thousand devices may share an address.
 * A container's port mapping, too, gives all clients one address, so the limit leaves room for a back end with many parallel requests.
 */
const maxHttpSocketsPerAddress = 1000

/** One port that takes REST and MQTT over WebSocket, as IoT Hub's does. */
export async function listen(app: Hono, upgrades: Upgrades, options: ListenerOptions): Promise<Listener> {
  const { port, address, certificate, slowClientTimeoutInMs } = options
  const settings: ServerOptions = {
    ...noticeDeadPeers,
    headersTimeout: slowClientTimeoutInMs,
    requestTimeout: slowClientTimeoutInMs,
    connectionsCheckingInterval: slowClientTimeoutInMs / 4,
  }
  const server: Server =
    certificate === undefined
      ? createServer(settings)
      : createSecureServer({ ...settings, ...certificate, handshakeTimeout: slowClientTimeoutInMs })
  const limits = limitRequests(
    server,
    admitting(
      limitPerAddress(options.httpSocketsPerAddress ?? maxHttpSocketsPerAddress, (peer) => peer),
      getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    ),
    slowClientTimeoutInMs,
  )
  upgrades.serve(server, limits)
  return openPort(server, port, address)
}

/** Answers 503 on sockets beyond the limit of their address, and closes them. */
function admitting(admit: (socket: Socket) => boolean, handle: RequestListener): RequestListener {
  const admitted = new WeakSet<Socket>()
  return (request, response) => {
    const { socket } = request
    if (admitted.has(socket) || admit(socket)) {
      admitted.add(socket)
      handle(request, response)
      return
    }
    response.writeHead(503, { connection: 'close', 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' })
    response.end('This hub has too many HTTP connections from your address. Reuse them: HTTP keep-alive.\n')
  }
}
