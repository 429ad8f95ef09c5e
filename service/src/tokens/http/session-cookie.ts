import type { Context as AnyContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env } from './guard.ts'
import { isLoopback } from '../base/loopback.ts'
import { Problem } from '../base/problem.ts'

/**
 * The device's JWT as a cookie that no script of the page can read. Over https: its name carries `__Host-`, which browsers take only with
 * Secure, without Domain and for the whole host; over http: that is for this machine alone, where a cookie with Secure would be lost.
 */
const NAME = 'hubtwin'

type Context = AnyContext<Env>

export function readSession(context: Context): string | undefined {
  return isSecure(context) ? getCookie(context, NAME, 'host') : getCookie(context, NAME)
}

/** @throws Problem where the JWT would travel in the clear */
export function writeSession(context: Context, token: string, lifetimeInSeconds: number): void {
  setCookie(context, NAME, token, {
    ...(isSecure(context) && { prefix: 'host' as const }),
    secure: isSecure(context),
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    // Browsers keep no cookie longer than 400 days (RFC 6265bis §5.5), and hono refuses to ask for it.
    maxAge: Math.min(lifetimeInSeconds, 400 * 24 * 60 * 60),
  })
}

/** Whether a cookie may hold a JWT here, asked before a code is spent for it. */
export function checkTransport(context: Context): void {
  // Only a trusted proxy knows that the client came without TLS; a page of an http origin says so itself.
  const isClear = context.env.isSecure === false || !isSecure(context)
  if (!isClear || isLoopback(new URL(context.req.url).hostname)) return
  throw new Problem('ERR_BAD_REQUEST', 'A cookie is given over https, and over http only on this machine')
}

/**
 * Decided by the page's origin: a proxy that ends TLS may pass any Host, while a browser lets a page of an https origin fetch only over TLS or
 * from this machine (Mixed Content §5). An http origin is this machine, as `checkOrigin` knows.
 */
function isSecure(context: Context): boolean {
  if (context.env.isSecure === true || new URL(context.req.url).protocol === 'https:') return true
  const origin = context.req.header('origin')
  return origin !== undefined && !origin.startsWith('http:')
}
