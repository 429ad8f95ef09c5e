import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Audit, AuditEvent } from './audit.ts'
import { parseAddress } from './network-address.ts'
import { checkOrigin } from './origin.ts'
import { Problem, problemResponse } from '../base/problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { incomplete } from './request-body.ts'

/** Who is at the other end, as far as a server can tell. */
export interface Peer {
  /** An IP address, with a port or without. */
  readonly address?: string | undefined
  /** Whether the client came over https, where the URL does not tell: behind a proxy. */
  readonly isSecure?: boolean | undefined
}

export interface Env {
  Bindings: Peer
  Variables: {
    address: string
    /** What is known of the request for the audit log, all of it checked. */
    audited: Pick<AuditEvent, 'issuer' | 'subject' | 'tokenId' | 'issuedTokenId' | 'deviceId'>
  }
}

interface GuardOptions {
  readonly origins: readonly string[]
  readonly limits: RateLimits
  readonly audit: Audit
  readonly onFault: (error: unknown) => void
  readonly now: () => number
}

/** What the largest honest request needs, many times over. */
const MAX_BODY_IN_BYTES = 4096

/** What every request passes before it is looked at, and every answer on its way out. */
export function guard(app: Hono<Env>, { origins, limits, audit, onFault, now }: GuardOptions): void {
  const allowed = new Set(origins.map(checkOrigin))

  function tell(path: string, address: string, rest: Partial<AuditEvent> & Pick<AuditEvent, 'outcome'>): void {
    const event = EVENTS.get(path) ?? 'request'
    audit({ time: new Date(now()).toISOString(), event, address, ...rest })
  }

  app.use(
    '*',
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      // Whether a host is https for good is for who owns its name to say.
      strictTransportSecurity: false,
    }),
  )
  app.use('/api/*', async (context, next) => {
    context.set('address', parseAddress(context.env.address ?? '') ?? 'unknown')
    // On the response itself, so that a refusal has it too.
    context.res.headers.set('cache-control', 'no-store')
    const origin = context.req.header('origin')
    if (origin !== undefined && !allowed.has(origin)) {
      context.res.headers.set('vary', 'Origin')
      throw new Problem('ERR_ORIGIN', 'Pages of this origin may not use this service')
    }
    await next()
    const { ok } = context.res
    if (ok && context.req.method === 'POST') {
      tell(context.req.path, context.var.address, { outcome: 'ok', ...context.get('audited') })
    }
  })
  app.use(
    '/api/*',
    cors({
      origin: (origin) => (allowed.has(origin) ? origin : null),
      allowMethods: ['POST'],
      allowHeaders: ['authorization', 'content-type'],
      exposeHeaders: ['retry-after'],
      credentials: true,
      maxAge: 600,
    }),
  )
  app.use('/api/*', async (context, next) => {
    await limits.address(context.var.address)
    await next()
  })
  const limitBody = bodyLimit({
    maxSize: MAX_BODY_IN_BYTES,
    onError: () => {
      throw new Problem('ERR_BODY_TOO_LARGE', `The body is larger than ${MAX_BODY_IN_BYTES} bytes`)
    },
  })
  app.use('/api/*', async (context, next) => {
    await limitBody(context, async () => undefined).catch(incomplete)
    // Before anything is decided: a client that holds back its body must not keep a decision from before a revocation. Hono keeps the text.
    await context.req.text().catch(incomplete)
    await next()
  })

  app.notFound(() => problemResponse(new Problem('ERR_NOT_FOUND', 'There is nothing at this address')))
  app.onError((error, context) => {
    // What went wrong inside may hold anything, so neither the client nor the log gets its words.
    if (!(error instanceof Problem)) onFault(error)
    const problem =
      error instanceof Problem
        ? error
        : new Problem('ERR_INTERNAL', 'The service failed', { reason: error instanceof Error ? error.name : 'unknown' })
    if (!problem.isRepeated) {
      tell(context.req.path, context.get('address') ?? 'unknown', {
        outcome: problem.code,
        ...(problem.reason !== undefined && { reason: problem.reason }),
        ...context.get('audited'),
      })
    }
    return problemResponse(problem)
  })
}

/** Adds to what the audit log will tell of the request. */
export function note(context: Context<Env>, known: Env['Variables']['audited']): void {
  context.set('audited', { ...context.get('audited'), ...known })
}

const EVENTS: ReadonlyMap<string, AuditEvent['event']> = new Map([
  ['/api/enrol', 'enrol'],
  ['/api/token', 'token'],
  ['/api/renew', 'renew'],
])
