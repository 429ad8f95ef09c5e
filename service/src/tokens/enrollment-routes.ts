import type { Context, Hono } from 'hono'
import { Problem } from './base/problem.ts'
import type { Enrollment } from './enrollment/enrollment.ts'
import type { SpentCode } from './enrollment/one-time-codes.ts'
import { type Authenticator, revoked } from './http/authenticator.ts'
import { type Env, note } from './http/guard.ts'
import type { RateLimits } from './http/rate-limits.ts'
import { readBody } from './http/request-body.ts'
import { checkTransport, writeSession } from './http/session-cookie.ts'
import type { Claims } from './jwt/verifier.ts'

/** `/api/enrol` is the older spelling of `/api/enroll`. Both stay. */
export const ENROLLMENT_PATHS = ['/api/enroll', '/api/enrol', '/api/renew'] as const

/** The part of a response that identifies a device. */
export interface HubIdentity {
  readonly hostName: string
  readonly deviceId: string
  readonly endpoint: string | undefined
}

interface EnrollmentRoutes {
  readonly enrollment: Enrollment
  readonly authenticator: Authenticator
  readonly limits: RateLimits
  readonly isRevoked: (claims: Claims, deviceId: string) => Promise<boolean>
  readonly identity: (deviceId: string) => HubIdentity
  readonly secondsUntil: (time: number) => number
}

/** Adds the routes of a service that issues JWTs itself: enroll, renew, and the public keys. */
export function addEnrollmentRoutes(app: Hono<Env>, routes: EnrollmentRoutes): void {
  const { enrollment, authenticator, identity, secondsUntil } = routes

  for (const path of ENROLLMENT_PATHS.slice(0, 2)) app.post(path, (context) => enroll(context, routes))

  app.post('/api/renew', async (context) => {
    const device = await authenticator.authenticate(context)
    const { claims, deviceId, isByCookie } = device
    if (claims.issuer !== enrollment.issuer.issuer) {
      throw new Problem('ERR_TOKEN_INVALID', 'Another issuer issued the token, and only that issuer can renew it')
    }
    const { token, expiresAt, id } = await enrollment.renew(claims)
    await authenticator.checkAgain(device)
    note(context, { issuedTokenId: id })
    if (isByCookie) writeSession(context, token, secondsUntil(expiresAt))
    return context.json({ ...(!isByCookie && { token }), expiresAt, ...identity(deviceId) })
  })

  app.get('/.well-known/jwks.json', async (context) => {
    context.header('cache-control', 'public, max-age=300')
    return context.json(await enrollment.keySet())
  })
}

async function enroll(
  context: Context<Env>,
  { enrollment, limits, isRevoked, identity, secondsUntil }: EnrollmentRoutes,
): Promise<Response> {
  const { code, cookie = false } = await readBody(context)
  if (typeof code !== 'string' || typeof cookie !== 'boolean') {
    throw new Problem('ERR_BAD_REQUEST', 'The body is not { code: string, cookie?: true or false }')
  }
  if (cookie) {
    if (context.req.header('origin') === undefined) {
      throw new Problem('ERR_ORIGIN', 'Only a page can get a cookie, and the request has no Origin')
    }
    checkTransport(context)
  }
  const { deviceId, createdAt } = await spendCode(code, context.var.address, { enrollment, limits })
  note(context, { deviceId })
  const { token, expiresAt, id } = await enrollment.issue(deviceId)
  // Checked last, against the creation time of the code: a code that is older than a revocation
  // enrolls nothing.
  const claims = {
    issuer: enrollment.issuer.issuer,
    subject: deviceId,
    issuedAt: createdAt / 1000,
    authenticatedAt: createdAt / 1000,
    expiresAt: expiresAt / 1000,
  }
  if (await isRevoked(claims, deviceId)) throw revoked()
  note(context, { issuedTokenId: id })
  if (cookie) writeSession(context, token, secondsUntil(expiresAt))
  return context.json({ ...(!cookie && { token }), expiresAt, ...identity(deviceId) }, 201)
}

/** @throws Problem if the code is wrong, or if the address has guessed too often */
async function spendCode(
  code: string,
  address: string,
  { enrollment, limits }: Pick<EnrollmentRoutes, 'enrollment' | 'limits'>,
): Promise<SpentCode> {
  // A text that is not shaped like a code is not a guess. It must not use up the guesses of others
  // behind the same address.
  const isGuess = enrollment.codes.isWellFormed(code)
  if (isGuess) await limits.code(address)
  const spent = isGuess ? await enrollment.codes.spend(code) : undefined
  if (spent === undefined) throw new Problem('ERR_CODE', 'The code is unknown, already used, or expired')
  await limits.rightCode(address)
  return spent
}
