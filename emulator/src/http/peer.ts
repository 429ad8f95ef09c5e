import type { HttpBindings } from '@hono/node-server'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { type PeerSocket, hostProblem, peerSocketOf } from './host.ts'

/**
 * Refuses local requests that name a foreign host. That blocks pages whose name resolves to this
 * machine (DNS rebinding).
 *
 * @param refusal the error to throw
 */
export function ownHostOnly(hostName: string, refusal: (message: string) => Error): MiddlewareHandler {
  return async (context, next) => {
    const problem = hostProblem(context.req.header('host'), hostName, socketOf(context))
    if (problem !== undefined) throw refusal(`Refused: ${problem}`)
    await next()
  }
}

export function socketOf({ env }: HonoContext): PeerSocket {
  return peerSocketOf((env as HttpBindings).incoming.socket)
}
