import { isLoopback } from '../loopback.ts'

/** The connection that a request came over. */
export interface PeerSocket {
  readonly secure: boolean
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
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

/** What came from outside, in a message. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
