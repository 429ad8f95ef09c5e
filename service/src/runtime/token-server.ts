import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Peer } from '../tokens/http/guard.ts'
import { networkOf } from '../tokens/http/network-address.ts'
import type { TokenService } from '../tokens/token-service.ts'
import { limitPerAddress, limitRequests } from './http-limits.ts'
import { readPages, staticPages } from './static-pages.ts'

export interface TokenServerOptions {
  /** 0 picks a free port. @default 8787 */
  readonly port?: number | undefined
  /** @default '127.0.0.1' */
  readonly address?: string | undefined
  /** A built page to serve from the service's origin. */
  readonly pages?: { readonly folder: string; readonly connectTo: readonly string[] } | undefined
  /**
   * Your own proxy is in front of the server and sets `X-Forwarded-For` and `X-Forwarded-Proto`.
   * Then all sockets belong to the proxy, so the limit per address is off: limit clients at the
   * proxy.
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
}

export interface TokenServer {
  readonly port: number
  /**
   * Accepts no new requests, gives those in progress five seconds to finish, and frees the port.
   */
  close(): Promise<void>
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
 * A quarter of all, so that no address takes every socket. Eighty kiosks behind an address get six
 * each.
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
  const { port = 8787, address = '127.0.0.1', pages, trustProxy = false } = options
  if (pages !== undefined && !existsSync(pages.folder)) throw new Error(`There is no folder ${pages.folder}`)
  const answerPage = pages === undefined ? undefined : staticPages(readPages(pages.folder), pages.connectTo)

  let service: TokenService | undefined
  const server = createServer(LIMITS)
  const handle = getRequestListener(async (request, env) => {
    const { pathname } = new URL(request.url)
    const isPage = !pathname.startsWith('/api/') && pathname !== '/.well-known/jwks.json'
    if (isPage && answerPage !== undefined) return answerPage(request)
    if (service === undefined) return new Response(null, { status: 503 })
    return service.fetch(request, peerOf((env as HttpBindings).incoming, trustProxy))
  })
  limitRequests(server, (request, response) => void handle(request, response), options.stallTimeoutInMs ?? STALL_IN_MS)
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
    async close() {
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
