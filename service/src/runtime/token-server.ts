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
  /** 0 takes a free one. @default 8787 */
  readonly port?: number | undefined
  /** @default '127.0.0.1' */
  readonly address?: string | undefined
  /** A built page to serve beside the service, from the same origin. */
  readonly pages?: { readonly folder: string; readonly connectTo: readonly string[] } | undefined
  /**
   * Whether a proxy of yours stands before the server and writes `X-Forwarded-For` and `X-Forwarded-Proto`. All sockets are the proxy's then, so
   * the limit for one address is off: limit the connections of clients at the proxy.
   * @default false
   */
  readonly trustProxy?: boolean | undefined
  /** How many sockets one address may have open; an IPv6 network of 64 bits counts as one address. @default 500 */
  readonly socketsPerAddress?: number | undefined
  /** How long a client may leave a response unread before its socket is closed. @default 10_000 */
  readonly stallTimeoutInMs?: number | undefined
}

export interface TokenServer {
  readonly port: number
  /** Takes no new request, lets those under way finish for five seconds, and frees the port. */
  close(): Promise<void>
}

/** Who sends slower than this, or nothing, does not hold a socket for long (a request is some hundred bytes). */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
} as const
const MAX_CONNECTIONS = 2_000
/** A quarter of all, so that no single address takes every socket. A site with eighty kiosks behind one address has six for each. */
const MAX_CONNECTIONS_PER_ADDRESS = 500
const STALL_IN_MS = 10_000
const GRACE_IN_MS = 5_000

/**
 * The token service on Node, with limits on slow and many sockets.
 *
 * @param open makes the service once the port is known, which is part of the origin of its own page
 * @returns once it listens
 * @throws Error where the port is taken (`code` EADDRINUSE) or the folder of the pages is not there
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
  // At once, so that an option at fault is told here and not to the first client.
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
  // What a client wrote itself stands before what the proxy added.
  const last = (name: string): string | undefined =>
    String(incoming.headers[name] ?? '')
      .split(',')
      .at(-1)
      ?.trim()
  return { address: last('x-forwarded-for') || address, isSecure: last('x-forwarded-proto') === 'https' }
}
