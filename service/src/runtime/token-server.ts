import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Peer } from '../tokens/http/guard.ts'
import { networkOf } from '../tokens/http/network-address.ts'
import type { TokenService } from '../tokens/token-service.ts'
import { limitPerAddress, limitRequests } from './http-limits.ts'
import { answerProbe, createReadiness, type Readiness } from './readiness.ts'
import { readPages, staticPages } from './static-pages.ts'

export interface TokenServerOptions {
  /** 0 picks a free port. @default 8787 */
  readonly port?: number | undefined
  /** @default '127.0.0.1' */
  readonly address?: string | undefined
  /** A built page to serve from the service's origin. */
  readonly pages?: { readonly folder: string; readonly connectTo: readonly string[] } | undefined
  /**
   * Whether your own proxy is in front of the server and sets `X-Forwarded-For` and
   * `X-Forwarded-Proto`. Then all sockets belong to the proxy, so the limit per address is off:
   * limit clients at the proxy.
   *
   * @default false
   */
  readonly trustProxy?: boolean | undefined
  /** Open sockets per address; a /64 IPv6 network counts as a single address. @default 500 */
  readonly socketsPerAddress?: number | undefined
  /**
   * Time after which the server closes the socket of a client that does not read its response.
   *
   * @default 10_000
   */
  readonly stallTimeoutInMs?: number | undefined
  /** Answers `/readyz`. @default ready until `close` */
  readonly readiness?: Readiness | undefined
  /** Called after each response. */
  readonly onResponse?: ((path: string, status: number, seconds: number) => void) | undefined
}

export interface TokenServer {
  readonly port: number
  /** The number of open sockets. */
  openSockets(): number
  /**
   * Stops without losing a request: reports at once that it is not ready, closes each connection
   * after its next response, and accepts requests until the delay is over. Then it accepts no new
   * requests, gives those in progress five seconds to finish, and frees the port.
   *
   * @param delayInMs time for a load balancer to notice @default 0
   */
  close(delayInMs?: number): Promise<void>
}

/** A slow or silent client cannot hold a socket for long. A request has a few hundred bytes. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
} as const
const MAX_CONNECTIONS = 2_000
/**
 * A quarter of all sockets, so that a single address cannot take every socket. Eighty kiosks behind
 * an address get six each.
 */
const MAX_CONNECTIONS_PER_ADDRESS = 500
const STALL_IN_MS = 10_000
const GRACE_IN_MS = 5_000

/**
 * Serves the token service on Node, with limits on slow clients and on the number of sockets.
 *
 * @param open creates the service once the port is known, which is part of its own page's origin
 * @returns a server that listens
 * @throws Error if the port is in use (`code` EADDRINUSE) or the folder of the pages does not exist
 */
export async function serveTokens(
  open: (port: number) => TokenService,
  options: TokenServerOptions = {},
): Promise<TokenServer> {
  const { port = 8787, address = '127.0.0.1', pages, trustProxy = false, onResponse } = options
  const readiness = options.readiness ?? createReadiness(async () => undefined)
  if (pages !== undefined && !existsSync(pages.folder)) throw new Error(`There is no folder ${pages.folder}`)
  const answerPage = pages === undefined ? undefined : staticPages(readPages(pages.folder), pages.connectTo)

  let service: TokenService | undefined
  const server = createServer(LIMITS)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  async function answer(pathname: string, request: Request, incoming: IncomingMessage): Promise<Response> {
    const isPage = !pathname.startsWith('/api/') && pathname !== '/.well-known/jwks.json'
    if (isPage && answerPage !== undefined) return answerPage(request)
    if (service === undefined) return new Response(null, { status: 503 })
    return service.fetch(request, peerOf(incoming, trustProxy))
  }
  const handle = getRequestListener(async (request, env) => {
    const { pathname } = new URL(request.url)
    const start = performance.now()
    const response = await answer(pathname, request, (env as HttpBindings).incoming)
    onResponse?.(pathname, response.status, (performance.now() - start) / 1000)
    return response
  })
  limitRequests(
    server,
    (request, response) => {
      // A proxy that keeps a connection could send its next request while the server closes it.
      if (readiness.isDraining) response.shouldKeepAlive = false
      if (!answerProbe(request, response, readiness)) void handle(request, response)
    },
    options.stallTimeoutInMs ?? STALL_IN_MS,
  )
  server.maxConnections = MAX_CONNECTIONS
  if (!trustProxy) {
    const admit = limitPerAddress(options.socketsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS, networkOf)
    server.on('connection', (socket: Socket) => void (admit(socket) || socket.destroy()))
  }
  server.listen(port, address)
  await once(server, 'listening')
  // Create the service now, so that an invalid option fails here and not at the first request.
  try {
    service = open(portOf(server))
  } catch (error) {
    server.close()
    throw error
  }

  return {
    port: portOf(server),
    openSockets: () => sockets.size,
    async close(delayInMs = 0) {
      readiness.drain()
      if (delayInMs > 0) await new Promise((resolve) => setTimeout(resolve, delayInMs))
      const closed = once(server, 'close')
      server.close()
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_IN_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function peerOf(incoming: IncomingMessage, trustProxy: boolean): Peer {
  const address = incoming.socket.remoteAddress
  if (!trustProxy) return { address }
  // The proxy appends its value to the client's own text.
  const last = (name: string): string | undefined =>
    String(incoming.headers[name] ?? '')
      .split(',')
      .at(-1)
      ?.trim()
  return { address: last('x-forwarded-for') || address, isSecure: last('x-forwarded-proto') === 'https' }
}
