import type { HttpBindings } from '@hono/node-server'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { PeerSocket } from './host.ts'
import { misnamed, peerSocketOf } from './host.ts'
import { Refusal } from '../errors/refusal.ts'

/** Refuses a page on this machine that has been led to the hub by a name that is not the hub's (DNS rebinding). */
export function ownHostOnly(hostName: string): MiddlewareHandler {
  return async (context, next) => {
    const wrong = misnamed(context.req.header('host'), hostName, socketOf(context))
    if (wrong !== undefined) throw new Refusal('ArgumentInvalid', `Refused: ${wrong}`)
    await next()
  }
}

export function socketOf({ env }: HonoContext): PeerSocket {
  return peerSocketOf((env as HttpBindings).incoming.socket)
}
