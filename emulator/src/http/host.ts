import type { Socket } from 'node:net'
import { isLoopback } from './loopback.ts'

/** The socket of a request. */
export interface PeerSocket {
  readonly secure: boolean
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
}

export function peerSocketOf(socket: Socket): PeerSocket {
  const { localAddress = '', localPort = 0, remoteAddress = '' } = socket
  return { secure: 'encrypted' in socket, localAddress, localPort, remoteAddress }
}

export const NO_HOST_PROBLEM = 'the header Host is missing or is not a host'

/**
 * Checks the host of a local request. A page whose name resolves to this machine (DNS rebinding)
 * could use the well-known key. Remote clients may use another name for the hub.
 *
 * @returns the problem, or undefined
 */
export function hostProblem(host: string | undefined, hostName: string, socket: PeerSocket): string | undefined {
  if (!isLoopback(socket.remoteAddress)) return undefined
  const requested = parseHost(host, socket.secure)
  if (requested === undefined) return NO_HOST_PROBLEM
  return isOwnHost(requested.hostname, hostName, socket) ? undefined : foreignHostProblem(requested.hostname, hostName)
}

export function foreignHostProblem(requested: string, hostName: string): string {
  const names = hostName.toLowerCase() === 'localhost' ? 'localhost' : `localhost or ${hostName}`
  return `the host ${shorten(requested)} is not this hub, which is ${names}`
}

/** The host that a request names. */
export interface RequestedHost {
  readonly hostname: string
  /** Undefined without a port in the header, which means the default port of the scheme. */
  readonly port: number | undefined
  readonly origin: string
}

export function parseHost(host: string | undefined, secure: boolean): RequestedHost | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined
  const text = `${secure ? 'https' : 'http'}://${host}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  // URL drops the default port of the scheme, even if the header has it.
  const port = /:(\d+)$/.exec(host)?.[1]
  return { hostname: url.hostname, port: port === undefined ? undefined : Number(port), origin: url.origin }
}

/**
 * Whether a host is this hub. DNS cannot redirect an IP address, so the socket's own address counts
 * too.
 */
export function isOwnHost(requested: string, hostName: string, { localAddress }: PeerSocket): boolean {
  const name = requested.replace(/^\[(.*)\]$/, '$1')
  return isLoopback(name) || name === hostName.toLowerCase() || name === localAddress.replace(/^::ffff:/, '')
}

/**
 * Checks a WebSocket of a page. Browsers always send its origin, and pages cannot change it (RFC
 * 6455 §10.2). Other programs send no origin. They may connect through a gateway, so they may name
 * any host (`gatewayHostName` of the device SDKs).
 *
 * @param allowed other origins that may connect, in the format of browsers
 * @returns the problem, or undefined for no origin, or for the hub's own host and an origin of this
 *   machine, of the hub's own host, or in `allowed`
 */
export function pageProblem(
  { host, origin }: { readonly host?: string | undefined; readonly origin?: string | undefined },
  hostName: string,
  socket: PeerSocket,
  allowed: readonly string[],
): string | undefined {
  if (origin === undefined) return undefined
  return hostProblem(host, hostName, socket) ?? originProblem(origin, hostName, socket, allowed)
}

function originProblem(
  origin: string,
  hostName: string,
  socket: PeerSocket,
  allowed: readonly string[],
): string | undefined {
  if (allowed.includes(origin)) return undefined
  if (URL.canParse(origin) && isOwnHost(new URL(origin).hostname, hostName, socket)) return undefined
  return `the origin ${shorten(origin)} is neither of this machine nor of ${hostName}; --origin allows others`
}

/** Shortens a text from outside for a message. */
export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
