import { Hono, type Context } from 'hono'
import type { AccessToken } from 'hubtwin'
import type { Audit } from './audit.ts'
import { isDeviceId } from './device-id.ts'
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
  readonly isRevoked?: ((claims: Claims, deviceId: string) => Promise<boolean>) | undefined
  /** Origins of the pages that may ask, such as `https://kiosk.example`; http only of this machine. @default none: only clients that are no page */
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
  readonly token: string
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
    await limits.subject(claims.issuer, claims.subject)
    const deviceId = await deviceIdOf(claims)
    note(context, { deviceId })
    if (await isRevoked?.(claims, deviceId)) throw revoked()
    return { token, claims, deviceId, isByCookie: bearer === undefined }
  }

  async function deviceIdOf(claims: Claims): Promise<string> {
    const deviceId = await deviceOf(claims)
    if (deviceId === undefined) throw new Problem('ERR_NO_DEVICE', 'The token belongs to no device')
    // Checked here, because a registry or a signature would fail on it in ways of their own.
    if (!isDeviceId(deviceId)) {
      throw new Problem('ERR_NO_DEVICE', 'The token names what cannot be the ID of a device', {
        reason: 'no device ID',
      })
    }
    return deviceId
  }

  /** Called after the last wait of a request: meanwhile a revocation, another signing key or another mapping may have come. */
  async function checkAgain({ token, deviceId }: Device): Promise<void> {
    const claims = await verify(token)
    if ((await deviceIdOf(claims)) !== deviceId)
      throw new Problem('ERR_NO_DEVICE', 'The token belongs to another device now')
    if (await isRevoked?.(claims, deviceId)) throw revoked()
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
    const isDue =
      device.isByCookie && enrolment?.issuer.issuer === device.claims.issuer && enrolment.isDue(device.claims)
    const renewed = isDue ? await enrolment.renew(device.claims) : undefined
    await checkAgain(device)
    if (renewed !== undefined) {
      note(context, { issuedTokenId: renewed.id })
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
      // What has not the form of a code is no guess, and must not use up the guesses of everybody behind the same address.
      const isGuess = enrolment.codes.isWellFormed(code)
      if (isGuess) await limits.code(address)
      const spent = isGuess ? await enrolment.codes.spend(code) : undefined
      if (spent === undefined) throw new Problem('ERR_CODE', 'The code is unknown, was used, or is over')
      await limits.rightCode(address)
      const { deviceId } = spent
      note(context, { deviceId })
      const issued = await enrolment.issue(deviceId)
      // Last, and by the time of the code: one that was made before a revocation enrolls nothing after it.
      const createdAt = spent.createdAt / 1000
      const claims = {
        issuer: enrolment.issuer.issuer,
        subject: deviceId,
        issuedAt: createdAt,
        authenticatedAt: createdAt,
      }
      if (await isRevoked?.({ ...claims, expiresAt: issued.expiresAt / 1000 }, deviceId)) throw revoked()
      note(context, { issuedTokenId: issued.id })
      if (cookie) writeSession(context, issued.token, secondsUntil(issued.expiresAt))
      const { token, expiresAt } = issued
      return context.json({ ...(!cookie && { token }), expiresAt, ...identity(deviceId) }, 201)
    })

    app.post('/api/renew', async (context) => {
      const device = await authenticate(context)
      const { claims, deviceId, isByCookie } = device
      if (claims.issuer !== enrolment.issuer.issuer) {
        throw new Problem('ERR_TOKEN_INVALID', 'The token is not one of this service, and is renewed by who gave it')
      }
      const { token, expiresAt, id } = await enrolment.renew(claims)
      await checkAgain(device)
      note(context, { issuedTokenId: id })
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

/** Adds to what the audit log will tell of the request. */
function note(context: Context<Env>, known: Env['Variables']['audited']): void {
  context.set('audited', { ...context.get('audited'), ...known })
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
