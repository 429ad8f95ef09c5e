import { type PeerSocket, foreignHostProblem, isOwnHost, NO_HOST_PROBLEM, parseHost, shorten } from '../http/host.ts'
import { isLoopback } from '../http/loopback.ts'

/** The parts of a request that decide whether it may control the hub. */
export interface ControlRequest {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site`, which every current browser sends and no page can set. */
  readonly fetchSite: string | undefined
  readonly contentType: string | undefined
  readonly hasBody: boolean
  readonly socket: PeerSocket
}

export type ControlAccess =
  | { readonly type: 'open' }
  /** The request also needs a token of iothubowner. */
  | { readonly type: 'owner-only' }
  | { readonly type: 'refused'; readonly status: 403 | 415; readonly reason: string }

/**
 * Decides whether a request may control the hub. Programs on this machine may, and so may remote
 * callers with a token of iothubowner.
 *
 * Pages of other origins may not, and neither may pages whose name resolves to this machine (DNS
 * rebinding). Their requests still name the host that the browser shows.
 *
 * @param hostName the hub's own name
 */
export function decideAccess(request: ControlRequest, hostName: string): ControlAccess {
  const { method, host, origin, fetchSite, socket } = request
  const isLocal = isLoopback(socket.remoteAddress)
  const requested = parseHost(host, socket.secure)
  if (requested === undefined) return refused(NO_HOST_PROBLEM)
  if (!isOwnHost(requested.hostname, hostName, socket)) return refused(foreignHostProblem(requested.hostname, hostName))
  // A remote caller may use another port, such as a mapped port of a container.
  if (isLocal && requested.port !== undefined && requested.port !== socket.localPort) {
    return refused(`the port ${requested.port} is not this hub's port ${socket.localPort}`)
  }
  if (origin !== undefined && origin !== requested.origin) {
    return refused(`the origin ${shorten(origin)} is not the hub's own, ${requested.origin}`)
  }
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return refused(
      `the request is from a page of another origin (Sec-Fetch-Site is ${shorten(fetchSite)}); type the address of the hub`,
    )
  }
  if (!isSafe(method) && (method !== 'DELETE' || request.hasBody) && !isJson(request.contentType)) {
    return {
      type: 'refused',
      status: 415,
      reason: `a ${method} needs the content type application/json, not ${shorten(request.contentType ?? 'none')}`,
    }
  }
  return isLocal ? { type: 'open' } : { type: 'owner-only' }
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
