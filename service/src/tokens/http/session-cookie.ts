import type { Context as AnyContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env } from './guard.ts'
import { isLoopback } from '../base/loopback.ts'
import { Problem } from '../base/problem.ts'

/**
 * The cookie that holds the device's JWT, out of reach of the page's scripts. Over https its name
 * starts with `__Host-`: browsers accept that only with Secure, without Domain, and for the whole
 * host (RFC 6265bis §4.1.3.2). Plain http is only for this machine, where a browser drops a Secure
 * cookie.
 */
const NAME = 'hubtwin'

type Context = AnyContext<Env>

export function readSession(context: Context): string | undefined {
  return isSecure(context) ? getCookie(context, NAME, 'host') : getCookie(context, NAME)
}

/** Puts the JWT into the response's cookie. */
export function writeSession(context: Context, token: string, lifetimeInSeconds: number): void {
  setCookie(context, NAME, token, {
    ...(isSecure(context) && { prefix: 'host' as const }),
    secure: isSecure(context),
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    // Browsers keep no cookie longer than 400 days (RFC 6265bis §5.5); hono rejects a longer age.
    maxAge: Math.min(lifetimeInSeconds, 400 * 24 * 60 * 60),
  })
}

/**
 * Checks that a cookie may hold a JWT here. Call it before a one-time code is spent.
 *
 * @throws Problem if the JWT would travel in the clear
 */
export function checkTransport(context: Context): void {
  // Only a trusted proxy knows that a client uses no TLS; a page of an http origin says so itself.
  const isClear = context.env.isSecure === false || !isSecure(context)
  if (!isClear || isLoopback(new URL(context.req.url).hostname)) return
  throw new Problem('ERR_BAD_REQUEST', 'A cookie needs https; http is only for this machine')
}

/**
 * Decides by the page's origin, because a proxy that ends TLS may pass on any Host. A browser lets
 * a page of an https origin fetch only over TLS or from this machine (Mixed Content §5).
 * `checkOrigin` allows an http origin only on this machine.
 */
function isSecure(context: Context): boolean {
  if (context.env.isSecure === true || new URL(context.req.url).protocol === 'https:') return true
  const origin = context.req.header('origin')
  return origin !== undefined && !origin.startsWith('http:')
}
