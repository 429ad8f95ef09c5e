import { Hono } from 'hono'
import type { AccessToken } from 'hubtwin'
import type { Audit } from './http/audit.ts'
import { createAuthenticator } from './http/authenticator.ts'
import { addEnrollmentRoutes, ENROLLMENT_PATHS, type HubIdentity } from './enrollment-routes.ts'
import { guard, note, type Env, type Peer } from './http/guard.ts'
import type { Enrollment } from './enrollment/enrollment.ts'
import { createVerifier, type Claims, type Issuer } from './jwt/verifier.ts'
import { Problem } from './base/problem.ts'
import { type CounterFactory, createRateLimits, type RateLimitOptions } from './http/rate-limits.ts'
import { readBody } from './http/request-body.ts'
import type { SasSource } from './sas.ts'
import { writeSession } from './http/session-cookie.ts'

/** The hub that devices connect to. */
export interface TokenHub {
  /** Without a port. */
  readonly hostName: string
  /** hubtwin's option `endpoint`, if it is not `wss://{hostName}`. */
  readonly endpoint?: string | undefined
}

export interface TokenServiceOptions {
  readonly hub: TokenHub
  /** Signs device passwords: `sasFromPolicy` or `sasFromDeviceKey`. */
  readonly sas: SasSource
  /** Issuers whose JWTs the service accepts, in addition to `enrollment`. */
  readonly issuers?: readonly Issuer[] | undefined
  /** Issues JWTs for one-time codes. Without it, `/api/enroll` and `/api/renew` do not exist. */
  readonly enrollment?: Enrollment | undefined
  /**
   * Returns the device of a JWT, or `undefined` if it has none.
   *
   * @default the subject is the device ID
   */
  readonly deviceOf?: ((claims: Claims) => string | undefined | Promise<string | undefined>) | undefined
  /** @default no JWT is revoked */
  readonly isRevoked?: ((claims: Claims, deviceId: string) => Promise<boolean>) | undefined
  /**
   * Called with each device before it gets a password, such as `rememberDevices`. If it rejects,
   * the device gets no password.
   *
   * @default nothing is remembered
   */
  readonly remember?: ((claims: Claims, deviceId: string) => Promise<void>) | undefined
  /**
   * Origins of the pages that may use the service, such as `https://kiosk.example`; http only for
   * this machine.
   *
   * @default none: clients outside a browser only
   */
  readonly origins?: readonly string[] | undefined
  readonly limits?: RateLimitOptions | undefined
  /** Creates the counters of the limits. @default counters in the memory of this process */
  readonly createCounter?: CounterFactory | undefined
  readonly audit?: Audit | undefined
  /**
   * Called when the service itself fails, after the client got ERR_INTERNAL. The error's message
   * may hold secrets, so do not log it.
   */
  readonly onFailure?: ((error: unknown) => void) | undefined
  /** Largest accepted difference between an issuer's clock and this machine's. @default 30 */
  readonly clockToleranceInSeconds?: number | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

export interface TokenService {
  /**
   * @param peer the client's network address, if the server knows it; clients without an address
   *   share a rate limit
   */
  fetch(request: Request, peer?: Peer): Promise<Response>
}

/**
 * Creates the token service: it exchanges a one-time code for a device's JWT, and a JWT for a
 * device password. Runs on any runtime with `Request`, `Response`, and WebCrypto.
 *
 * @throws TypeError if an option is invalid
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
  const { hub, sas, enrollment, isRevoked = async () => false, remember, now = Date.now } = options
  const { deviceOf = ({ subject }: Claims) => subject } = options
  const issuers = [...(options.issuers ?? []), ...(enrollment === undefined ? [] : [enrollment.issuer])]
  const verify = createVerifier(issuers, { clockToleranceInSeconds: options.clockToleranceInSeconds, now })
  const limits = createRateLimits(options.limits, options.createCounter)
  const app = new Hono<Env>()
  const { origins = [], audit = () => undefined, onFailure = () => undefined } = options
  guard(app, { origins, limits, audit, onFailure, now })
  const authenticator = createAuthenticator({ verify, limits, deviceOf, isRevoked })

  function identity(deviceId: string): HubIdentity {
    return { hostName: hub.hostName, deviceId, endpoint: hub.endpoint }
  }

  app.post('/api/token', async (context) => {
    const device = await authenticator.authenticate(context)
    const { deviceId: named } = await readBody(context)
    if (named !== undefined && named !== device.deviceId) {
      throw new Problem('ERR_OTHER_DEVICE', 'The token is for a device other than the request names')
    }
    const { password, expiresAt }: AccessToken = await sas(device.deviceId)
    await remember?.(device.claims, device.deviceId)
    // A kiosk asks for passwords for months. Its requests also renew its session.
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

  if (enrollment !== undefined) {
    addEnrollmentRoutes(app, { enrollment, authenticator, limits, isRevoked, identity, secondsUntil })
  }

  function secondsUntil(time: number): number {
    return Math.max(1, Math.floor((time - now()) / 1000))
  }

  for (const path of ['/api/token', ...(enrollment === undefined ? [] : ENROLLMENT_PATHS)]) {
    app.all(path, () => {
      throw new Problem('ERR_METHOD', 'This path accepts POST')
    })
  }

  return { fetch: async (request, peer = {}) => app.fetch(request, peer) }
}
