import { isLoopback } from '../http/loopback.ts'
import type { PeerSocket } from '../http/host.ts'
import { foreignHost, isOwnHost, noHost, parseHost, shown } from '../http/host.ts'

/** What of a request decides whether it may control the hub. */
export interface ControlRequest {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site`, which every browser of today sends and no page can set. */
  readonly fetchSite: string | undefined
  readonly contentType: string | undefined
  readonly hasBody: boolean
  readonly socket: PeerSocket
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
  if (asked === undefined) return refused(noHost)
  if (!isOwnHost(asked.hostname, hostName, socket)) return refused(foreignHost(asked.hostname, hostName))
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

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json *(?:;|$)/i.test(contentType ?? '')
}

function refused(reason: string): ControlAccess {
  return { type: 'refused', status: 403, reason }
}
