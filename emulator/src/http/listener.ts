import { type RequestListener, type Server, type ServerOptions, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Upgrades } from '../mqtt/upgrade.ts'
import { limitPerAddress, limitRequests } from './http-limits.ts'
import { answerPlainHttp } from './plain-on-tls.ts'
import { type Listener, openPort } from './open-port.ts'

export interface ListenerOptions {
  readonly port: number
  readonly address: string
  /** The deadline for a TLS handshake, for a request, and for progress of an unread response. */
  readonly slowClientTimeoutInMs: number
  /** @default 1000 */
  readonly httpSocketsPerAddress?: number
  /** Enables TLS. */
  readonly certificate?: Pick<TlsOptions, 'cert' | 'key' | 'SNICallback'>
}

/**
 * The system probes for peers that vanished. HTTP, and MQTT with a keep-alive of 0, do not.
 */
export const NOTICE_DEAD_PEERS = { keepAlive: true, keepAliveInitialDelay: 60_000 } as const

/**
 * How many sockets with HTTP requests an address may have. WebSockets do not count, so 10,000
 * devices may share an address. The port mapping of a container gives all clients the same address,
 * so the limit leaves room for a back end with many parallel requests.
 */
const MAX_HTTP_SOCKETS_PER_ADDRESS = 1000

/** Listens on a port for REST and MQTT over WebSocket, like IoT Hub's port 443. */
export async function listen(app: Hono, upgrades: Upgrades, options: ListenerOptions): Promise<Listener> {
  const { port, address, certificate, slowClientTimeoutInMs } = options
  const settings: ServerOptions = {
    ...NOTICE_DEAD_PEERS,
    headersTimeout: slowClientTimeoutInMs,
    requestTimeout: slowClientTimeoutInMs,
    connectionsCheckingInterval: slowClientTimeoutInMs / 4,
  }
  const server = certificate === undefined ? createServer(settings) : secureServer({ ...settings, ...certificate })
  const limits = limitRequests(
    server,
    admitting(
      limitPerAddress(options.httpSocketsPerAddress ?? MAX_HTTP_SOCKETS_PER_ADDRESS, (peer) => peer),
      getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    ),
    slowClientTimeoutInMs,
  )
  upgrades.serve(server, limits)
  return openPort(server, port, address)
}

/** Any request without TLS gets advice. */
function secureServer(settings: ServerOptions & TlsOptions): Server {
  const server = createSecureServer({ ...settings, handshakeTimeout: settings.headersTimeout })
  answerPlainHttp(
    server,
    'Use https:// or wss://, and remove UseDevelopmentEmulator=true from a connection string for this port',
  )
  return server
}

/** Answers 503 on the sockets beyond the limit of their address, and closes them. */
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
