import { isLoopback } from '../loopback.ts'

/** What of a request decides whether it may control the hub. */
export interface ControlRequest {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site`, which every browser of today sends and no page can set. */
  readonly fetchSite: string | undefined
  readonly contentType: string | undefined
  readonly hasBody: boolean
  readonly socket: ControlSocket
}

/** The connection that a request came over. */
export interface ControlSocket {
  readonly secure: boolean
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
}

export type ControlAccess =
  | { readonly type: 'open' }
  /** Only for who shows that the hub is theirs. */
  | { readonly type: 'owner-only' }
  | { readonly type: 'refused'; readonly status: 403 | 415; readonly reason: string }

/**
 * Decides who may control the hub: this machine, and whoever has a token of iothubowner. Pages of other origins may not, those included whose
 * name has been made to lead here (DNS rebinding): their requests still name the host that the browser believes it talks to.
 *
 * @param hostName the hub's own name
 */
export function decideAccess(request: ControlRequest, hostName: string): ControlAccess {
  const { method, host, origin, fetchSite, socket } = request
  const isNear = isLoopback(socket.remoteAddress)
  const asked = parseHost(host, socket.secure)
  if (asked === undefined) return refused('the header Host is missing or is no host')
  if (!isOwnName(asked.hostname, hostName, socket)) {
    return refused(`the host ${asked.hostname} is not this hub: it is localhost or ${hostName}`)
  }
  // Who is not on this machine may have come by way of another port, a container's for one.
  if (isNear && asked.port !== undefined && asked.port !== socket.localPort) {
    return refused(`the port ${asked.port} is not this hub's port ${socket.localPort}`)
  }
  if (origin !== undefined && origin !== asked.origin) {
    return refused(`the origin ${shown(origin)} is not the hub's own, ${asked.origin}`)
  }
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return refused(`a page of another origin asks (Sec-Fetch-Site is ${shown(fetchSite)}); type the address of the hub`)
  }
  if (!isSafe(method) && (method !== 'DELETE' || request.hasBody) && !isJson(request.contentType)) {
    return {
      type: 'refused',
      status: 415,
      reason: `a ${method} has the content type application/json, not ${shown(request.contentType ?? 'none')}`,
    }
  }
  return isNear ? { type: 'open' } : { type: 'owner-only' }
}

interface AskedHost {
  readonly hostname: string
  /** Undefined where the header names none, and so means the scheme's own. */
  readonly port: number | undefined
  readonly origin: string
}

function parseHost(host: string | undefined, secure: boolean): AskedHost | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined
  const text = `${secure ? 'https' : 'http'}://${host}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  // URL leaves out the scheme's own port, which may well have been named.
  const named = /:(\d+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1]
  return { hostname: url.hostname, port: named === undefined ? undefined : Number(named), origin: url.origin }
}

/** An address in figures leads where it says, so the one that the request has reached is as good as the name. */
function isOwnName(asked: string, hostName: string, { localAddress }: ControlSocket): boolean {
  const name = asked.replace(/^\[(.*)\]$/, '$1')
  return isLoopback(name) || name === hostName.toLowerCase() || name === localAddress.replace(/^::ffff:/, '')
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json *(?:;|$)/i.test(contentType ?? '')
}

function refused(reason: string): ControlAccess {
  return { type: 'refused', status: 403, reason }
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
