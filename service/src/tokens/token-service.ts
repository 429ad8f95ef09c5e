import { Hono, type Context } from 'hono'
import type { AccessToken } from 'hubtwin'
import type { Audit } from './audit.ts'
import { guard, type Env, type Peer } from './guard.ts'
import type { Enrolment } from './enrolment.ts'
import { createVerifier, type Claims, type Issuer } from './jwt.ts'
import { Problem } from './problem.ts'
import { createRateLimits, type RateLimitOptions } from './rate-limits.ts'
import { isJson, readBody } from './request-body.ts'
import type { SasSource } from './sas.ts'
import { checkTransport, readSession, writeSession } from './session-cookie.ts'

/** What a device connects to. */
export interface TokenHub {
  /** Without a port. */
  readonly hostName: string
  /** Where that is not `wss://{hostName}`: the `endpoint` of hubtwin's options. */
  readonly endpoint?: string | undefined
}

export interface TokenServiceOptions {
  readonly hub: TokenHub
  /** Who signs for devices: `sasFromPolicy` or `sasFromDeviceKey`. */
  readonly sas: SasSource
  /** Whose JWTs count, beside those of the enrolment. */
  readonly issuers?: readonly Issuer[] | undefined
  /** Gives JWTs for one-time codes. Without it `/api/enrol` and `/api/renew` are not there. */
  readonly enrolment?: Enrolment | undefined
  /** The device of a JWT, `undefined` where it has none. @default the subject is the device's id */
  readonly deviceOf?: ((claims: Claims) => string | undefined | Promise<string | undefined>) | undefined
  /** @default none is */
  readonly isRevoked?: ((claims: Claims) => Promise<boolean>) | undefined
  /** Origins of the pages that may ask, such as `https://kiosk.example`. @default none: only clients that are no page */
  readonly origins?: readonly string[] | undefined
  readonly limits?: RateLimitOptions | undefined
  readonly audit?: Audit | undefined
  /** Told of a fault of the service itself, after the client has got ERR_INTERNAL. Its message may hold what no log should. */
  readonly onFault?: ((error: unknown) => void) | undefined
  /** How far an issuer's clock may be off. @default 30 */
  readonly clockToleranceInSeconds?: number | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

export interface TokenService {
  /** @param peer the client's network address where the server knows it; all without one share one rate limit */
  fetch(request: Request, peer?: Peer): Promise<Response>
}

interface Device {
  readonly claims: Claims
  readonly deviceId: string
  readonly isByCookie: boolean
}

/**
 * The token service: a device's JWT for a one-time code, and the hub's password for a JWT. Runs wherever there are `Request`, `Response` and
 * WebCrypto.
 *
 * @throws TypeError where an option is at fault
 * @example
 * ```ts
 * import { createTokenService, sasFromPolicy } from 'hubtwin-service/tokens'
 *
 * const hub = { hostName: 'contoso.azure-devices.net' }
 * const service = createTokenService({
 *   hub,
 *   sas: sasFromPolicy(hub, { sharedAccessKeyName: 'device', sharedAccessKey: 'bWFkZS11cA==' }),
 *   issuers: [
 *     { issuer: 'https://login.example', audience: 'fleet', keys: new URL('https://login.example/.well-known/jwks.json') },
 *   ],
 *   origins: ['https://kiosk.example'],
 * })
 * const response = await service.fetch(new Request('https://tokens.example/api/token', { method: 'POST' }))
 * ```
 */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const { hub, sas, enrolment, isRevoked, now = Date.now } = options
  const { deviceOf = ({ subject }: Claims) => subject } = options
  const issuers = [...(options.issuers ?? []), ...(enrolment === undefined ? [] : [enrolment.issuer])]
  const { clockToleranceInSeconds } = options
  const verify = createVerifier(issuers, { clockToleranceInSeconds, now })
  const limits = createRateLimits(options.limits)
  const app = new Hono<Env>()
  const { origins = [], audit = () => undefined, onFault = () => undefined } = options
  guard(app, { origins, limits, audit, onFault, now })

  async function authenticate(context: Context<Env>): Promise<Device> {
    const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const token = bearer ?? pageSession(context)
    const claims = await verify(token)
    context.set('audited', { issuer: claims.issuer, subject: claims.subject, ...(claims.id && { tokenId: claims.id }) })
    if (await isRevoked?.(claims)) throw revoked()
    await limits.subject(claims.issuer, claims.subject)
    const deviceId = await deviceOf(claims)
    if (deviceId === undefined) throw new Problem('ERR_NO_DEVICE', 'The token belongs to no device')
    context.set('audited', { ...context.get('audited'), deviceId })
    return { claims, deviceId, isByCookie: bearer === undefined }
  }

  function identity(deviceId: string): { hostName: string; deviceId: string; endpoint?: string } {
    return { hostName: hub.hostName, deviceId, ...(hub.endpoint !== undefined && { endpoint: hub.endpoint }) }
  }

  app.post('/api/token', async (context) => {
    const device = await authenticate(context)
    const { deviceId: wanted } = await readBody(context)
    if (wanted !== undefined && wanted !== device.deviceId) {
      throw new Problem('ERR_OTHER_DEVICE', 'The token is for another device than the request')
    }
    const { password, expiresAt }: AccessToken = await sas(device.deviceId)
    // A kiosk asks for passwords for months; that alone keeps its session alive.
    if (device.isByCookie && enrolment?.issuer.issuer === device.claims.issuer && enrolment.isDue(device.claims)) {
      const renewed = await enrolment.issue(device.claims.subject)
      writeSession(context, renewed.token, secondsUntil(renewed.expiresAt))
    }
    return context.json({ password, expiresAt, ...identity(device.deviceId) })
  })

  if (enrolment !== undefined) {
    app.post('/api/enrol', async (context) => {
      const { code, cookie = false } = await readBody(context)
      if (typeof code !== 'string' || typeof cookie !== 'boolean') {
        throw new Problem('ERR_BAD_REQUEST', 'The body is not { code: text, cookie?: true or false }')
      }
      if (cookie) {
        if (context.req.header('origin') === undefined) {
          throw new Problem('ERR_ORIGIN', 'A cookie is given to a page alone, and no Origin came')
        }
        checkTransport(context)
      }
      const { address } = context.var
      await limits.code(address)
      const deviceId = await enrolment.codes.spend(code)
      if (deviceId === undefined) throw new Problem('ERR_CODE', 'The code is unknown, was used, or is over')
      await limits.rightCode(address)
      context.set('audited', { deviceId })
      const issuer = enrolment.issuer.issuer
      const issuedAt = now() / 1000
      if (await isRevoked?.({ issuer, subject: deviceId, issuedAt, expiresAt: issuedAt })) throw revoked()
      const issued = await enrolment.issue(deviceId)
      if (cookie) writeSession(context, issued.token, secondsUntil(issued.expiresAt))
      const { token, expiresAt } = issued
      return context.json({ ...(!cookie && { token }), expiresAt, ...identity(deviceId) }, 201)
    })

    app.post('/api/renew', async (context) => {
      const { claims, deviceId, isByCookie } = await authenticate(context)
      if (claims.issuer !== enrolment.issuer.issuer) {
        throw new Problem('ERR_TOKEN_INVALID', 'The token is not one of this service, and is renewed by who gave it')
      }
      const { token, expiresAt } = await enrolment.issue(claims.subject)
      if (isByCookie) writeSession(context, token, secondsUntil(expiresAt))
      return context.json({ ...(!isByCookie && { token }), expiresAt, ...identity(deviceId) })
    })

    app.get('/.well-known/jwks.json', async (context) => {
      context.header('cache-control', 'public, max-age=300')
      return context.json(await enrolment.keySet())
    })
  }

  function secondsUntil(time: number): number {
    return Math.max(1, Math.floor((time - now()) / 1000))
  }

  for (const path of ['/api/token', ...(enrolment === undefined ? [] : ['/api/enrol', '/api/renew'])]) {
    app.all(path, () => {
      throw new Problem('ERR_METHOD', 'This address takes POST')
    })
  }

  return { fetch: async (request, peer = {}) => app.fetch(request, peer) }
}

/** A cookie comes by itself, so it counts only where the browser says which page asks; `guard` has looked at which. */
function pageSession(context: Context<Env>): string {
  const session = readSession(context)
  if (session === undefined || context.req.header('origin') === undefined) {
    throw new Problem('ERR_NO_TOKEN', 'No token came: send Authorization: Bearer …, or the cookie from a page')
  }
  if (!isJson(context)) throw new Problem('ERR_CONTENT_TYPE', 'With a cookie, the request has to be application/json')
  return session
}

function revoked(): Problem {
  return new Problem('ERR_REVOKED', 'The device or its token was revoked')
}
