import type { Socket } from 'node:net'
import { isLoopback } from './loopback.ts'

/** The connection that a request came over. */
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

export const noHost = 'the header Host is missing or is no host'

/**
 * Looks at the host of a request that needs a token of its own: the well-known key can be had by a page whose name has been made to lead to this
 * machine, too. Who comes from elsewhere may have another name for the hub.
 *
 * @returns what is wrong, or undefined
 */
export function misnamed(host: string | undefined, hostName: string, socket: PeerSocket): string | undefined {
  if (!isLoopback(socket.remoteAddress)) return undefined
  const asked = parseHost(host, socket.secure)
  if (asked === undefined) return noHost
  return isOwnHost(asked.hostname, hostName, socket) ? undefined : foreignHost(asked.hostname, hostName)
}

export function foreignHost(asked: string, hostName: string): string {
  return `the host ${shown(asked)} is not this hub: it is localhost or ${hostName}`
}

/** What a request believes to talk to. */
export interface AskedHost {
  readonly hostname: string
  /** Undefined where the header names none, and so means the scheme's own. */
  readonly port: number | undefined
  readonly origin: string
}

export function parseHost(host: string | undefined, secure: boolean): AskedHost | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined
  const text = `${secure ? 'https' : 'http'}://${host}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  // URL leaves out the scheme's own port, which may well have been named.
  const named = /:(\d+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1]
  return { hostname: url.hostname, port: named === undefined ? undefined : Number(named), origin: url.origin }
}

/** An address in figures leads where it says, so the one that the request has reached is as good as the name. */
export function isOwnHost(asked: string, hostName: string, { localAddress }: PeerSocket): boolean {
  const name = asked.replace(/^\[(.*)\]$/, '$1')
  return isLoopback(name) || name === hostName.toLowerCase() || name === localAddress.replace(/^::ffff:/, '')
}

/**
 * Checks the origin of a WebSocket, which browsers send and no page can change (RFC 6455 §10.2).
 *
 * @param allowed origins that may connect as well, as browsers write them
 * @returns what is wrong, or undefined for no origin, one of this machine, or one of the hub's own names
 */
export function foreignOrigin(
  origin: string | undefined,
  hostName: string,
  socket: PeerSocket,
  allowed: readonly string[],
): string | undefined {
  if (origin === undefined || allowed.includes(origin)) return undefined
  if (URL.canParse(origin) && isOwnHost(new URL(origin).hostname, hostName, socket)) return undefined
  return `the origin ${shown(origin)} is neither of this machine nor of ${hostName}; --origin allows others`
}

/** What came from outside, in a message. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
