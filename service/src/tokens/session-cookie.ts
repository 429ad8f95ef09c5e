import type { Context as AnyContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env } from './guard.ts'
import { Problem } from './problem.ts'

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
  if (isSecure(context)) return
  const { hostname } = new URL(context.req.url)
  if (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)) return
  throw new Problem('ERR_BAD_REQUEST', 'A cookie is given over https, and over http only on this machine')
}

function isSecure(context: Context): boolean {
  return context.env.isSecure ?? new URL(context.req.url).protocol === 'https:'
}
