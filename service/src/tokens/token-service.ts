import { Hono } from 'hono'
import type { AccessToken } from 'hubtwin'
import type { Audit } from './http/audit.ts'
import { createAuthenticator } from './http/authenticator.ts'
import { addEnrollmentRoutes } from './enrollment-routes.ts'
import { guard, note, type Env, type Peer } from './http/guard.ts'
import type { Enrollment } from './enrollment/enrollment.ts'
import { createVerifier, type Claims, type Issuer } from './jwt/verifier.ts'
import { Problem } from './base/problem.ts'
import { createRateLimits, type RateLimitOptions } from './http/rate-limits.ts'
import { readBody } from './http/request-body.ts'
import type { SasSource } from './sas.ts'
import { writeSession } from './http/session-cookie.ts'

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
  /** Whose JWTs count, beside those of the enrollment. */
  readonly issuers?: readonly Issuer[] | undefined
  /** Gives JWTs for one-time codes. Without it `/api/enrol` and `/api/renew` are not there. */
  readonly enrollment?: Enrollment | undefined
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
  const { hub, sas, enrollment, isRevoked = async () => false, now = Date.now } = options
  const { deviceOf = ({ subject }: Claims) => subject } = options
  const issuers = [...(options.issuers ?? []), ...(enrollment === undefined ? [] : [enrollment.issuer])]
  const { clockToleranceInSeconds } = options
  const verify = createVerifier(issuers, { clockToleranceInSeconds, now })
  const limits = createRateLimits(options.limits)
  const app = new Hono<Env>()
  const { origins = [], audit = () => undefined, onFault = () => undefined } = options
  guard(app, { origins, limits, audit, onFault, now })
  const authenticator = createAuthenticator({ verify, limits, deviceOf, isRevoked })

  function identity(deviceId: string): Readonly<Record<string, string>> {
    return { hostName: hub.hostName, deviceId, ...(hub.endpoint !== undefined && { endpoint: hub.endpoint }) }
  }

  app.post('/api/token', async (context) => {
    const device = await authenticator.authenticate(context)
    const { deviceId: wanted } = await readBody(context)
    if (wanted !== undefined && wanted !== device.deviceId) {
      throw new Problem('ERR_OTHER_DEVICE', 'The token is for another device than the request')
    }
    const { password, expiresAt }: AccessToken = await sas(device.deviceId)
    // A kiosk asks for passwords for months; that alone keeps its session alive.
    const isDue =
      device.isByCookie && enrollment?.issuer.issuer === device.claims.issuer && enrollment.isDue(device.claims)
    const renewed = isDue ? await enrollment.renew(device.claims) : undefined
    await authenticator.checkAgain(device)
    if (renewed !== undefined) {
      note(context, { issuedTokenId: renewed.id })
      writeSession(context, renewed.token, secondsUntil(renewed.expiresAt))
    }
    return context.json({ password, expiresAt, ...identity(device.deviceId) })
  })

  if (enrollment !== undefined)
    addEnrollmentRoutes(app, { enrollment, authenticator, limits, isRevoked, identity, secondsUntil })

  function secondsUntil(time: number): number {
    return Math.max(1, Math.floor((time - now()) / 1000))
  }

  for (const path of ['/api/token', ...(enrollment === undefined ? [] : ['/api/enrol', '/api/renew'])]) {
    app.all(path, () => {
      throw new Problem('ERR_METHOD', 'This address takes POST')
    })
  }

  return { fetch: async (request, peer = {}) => app.fetch(request, peer) }
}
