import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Authority } from '../access/authorize.ts'
import { checkOwner } from '../access/authorize.ts'
import { socketOf } from '../http/peer.ts'
import { decideAccess } from './access.ts'

/**
 * Lets a request pass that may control the hub, as `decideAccess` has it: its Host names this hub, its Origin, where there is one, is the same,
 * `Sec-Fetch-Site`, where it was sent, is `same-origin` or `none`, and what it sends is JSON. Who is not on this machine has to show a
 * token with the rights of iothubowner too. Everything else is refused, with the reason.
 *
 * Hono's `csrf` looks at what a form could send and no further, and knows no Host; so it could be a part of this at most.
 */
export function guard(authority: Authority): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context
    const access = decideAccess(
      {
        method: req.method,
        host: req.header('host'),
        origin: req.header('origin'),
        fetchSite: req.header('sec-fetch-site'),
        contentType: req.header('content-type'),
        hasBody: req.header('transfer-encoding') !== undefined || Number(req.header('content-length') ?? 0) > 0,
        socket: socketOf(context),
      },
      authority.hostName,
    )
    if (access.type === 'refused') throw new HTTPException(access.status, { message: `Refused: ${access.reason}` })
    if (access.type === 'owner-only') checkOwner(authority, req.header('authorization'))
    await next()
  }
}
