import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { type Authority, checkGivenToken, checkOwner } from '../access/authorize.ts'
import { socketOf } from '../http/peer.ts'
import { decideAccess } from './decide-access.ts'

/**
 * Admits only requests that may control the hub (see `decideAccess`). Remote callers also need a
 * token with the rights of iothubowner. A program of this machine needs none, but a wrong token is
 * an error, so that a wrong key does not stay unnoticed until the hub is remote. Any other request
 * gets the reason.
 *
 * Hono's `csrf` checks only requests that a form can send, and does not check Host.
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
    else checkGivenToken(authority, context)
    await next()
  }
}
