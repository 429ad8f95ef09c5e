import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Audit, AuditEvent } from './audit.ts'
import { parseAddress } from './network-address.ts'
import { checkOrigin } from './origin.ts'
import { Problem, problemResponse } from '../base/problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { refuseIncomplete } from './request-body.ts'

/** The client, as far as the server knows it. */
export interface Peer {
  /** An IP address, with or without a port. */
  readonly address?: string | undefined
  /** Whether the client uses https. Behind a proxy, the URL does not show it. */
  readonly isSecure?: boolean | undefined
}

export interface Env {
  Bindings: Peer
  Variables: {
    address: string
    /** Verified facts about the request, for the audit log. */
    audited: Pick<AuditEvent, 'issuer' | 'subject' | 'tokenId' | 'issuedTokenId' | 'deviceId'>
  }
}

interface GuardOptions {
  readonly origins: readonly string[]
  readonly limits: RateLimits
  readonly audit: Audit
  readonly onFailure: (error: unknown) => void
  readonly now: () => number
}

const EVENTS: ReadonlyMap<string, AuditEvent['event']> = new Map([
  ['/api/enroll', 'enroll'],
  ['/api/enrol', 'enroll'],
  ['/api/token', 'token'],
  ['/api/renew', 'renew'],
])

/** Many times the size of the largest honest request. */
const MAX_BODY_IN_BYTES = 4096

/**
 * Adds the checks that every request passes before its route, and the headers of every response.
 */
export function guard(app: Hono<Env>, { origins, limits, audit, onFailure, now }: GuardOptions): void {
  const allowed = new Set(origins.map(checkOrigin))

  function record(path: string, address: string, rest: Partial<AuditEvent> & Pick<AuditEvent, 'outcome'>): void {
    const event = EVENTS.get(path) ?? 'request'
    audit({ time: new Date(now()).toISOString(), event, address, ...rest })
  }

  app.use(
    '*',
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      // Only the owner of a host name may commit it to https.
      strictTransportSecurity: false,
    }),
  )
  app.use('/api/*', async (context, next) => {
    context.set('address', parseAddress(context.env.address ?? '') ?? 'unknown')
    // Set on the response itself, so that a refusal has it too.
    context.res.headers.set('cache-control', 'no-store')
    const origin = context.req.header('origin')
    if (origin !== undefined && !allowed.has(origin)) {
      context.res.headers.set('vary', 'Origin')
      throw new Problem('ERR_ORIGIN', 'Pages of this origin may not use this service')
    }
    await next()
    const { ok } = context.res
    if (ok && context.req.method === 'POST') {
      record(context.req.path, context.var.address, { outcome: 'ok', ...context.get('audited') })
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
    await limitBody(context, async () => undefined).catch(refuseIncomplete)
    // Read the body before any decision. A client that delays its body must not benefit from a
    // decision that is older than a revocation. Hono keeps the text.
    await context.req.text().catch(refuseIncomplete)
    await next()
  })

  app.notFound(() => problemResponse(new Problem('ERR_NOT_FOUND', 'This path does not exist')))
  app.onError((error, context) => {
    // The message of an internal error may hold anything, so neither the client nor the log gets
    // it.
    if (!(error instanceof Problem)) onFailure(error)
    const problem =
      error instanceof Problem ? error : new Problem('ERR_INTERNAL', 'The service failed', { reason: error.name })
    if (!problem.isRepeated) {
      record(context.req.path, context.var.address, {
        outcome: problem.code,
        ...(problem.reason !== undefined && { reason: problem.reason }),
        ...context.get('audited'),
      })
    }
    return problemResponse(problem)
  })
}

/** Adds facts about the request to its entry in the audit log. */
export function note(context: Context<Env>, known: Env['Variables']['audited']): void {
  context.set('audited', { ...context.get('audited'), ...known })
}
