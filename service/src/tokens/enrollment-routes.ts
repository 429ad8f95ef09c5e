import type { Hono } from 'hono'
import { revoked, type Authenticator } from './http/authenticator.ts'
import type { Enrollment } from './enrollment/enrollment.ts'
import { note, type Env } from './http/guard.ts'
import type { Claims } from './jwt/verifier.ts'
import { Problem } from './base/problem.ts'
import type { RateLimits } from './http/rate-limits.ts'
import { readBody } from './http/request-body.ts'
import { checkTransport, writeSession } from './http/session-cookie.ts'

interface EnrollmentRoutes {
  readonly enrollment: Enrollment
  readonly authenticator: Authenticator
  readonly limits: RateLimits
  readonly isRevoked: (claims: Claims, deviceId: string) => Promise<boolean>
  /** What an answer says about a device. */
  readonly identity: (deviceId: string) => Readonly<Record<string, string>>
  readonly secondsUntil: (time: number) => number
}

/** Adds the addresses of a service that issues JWTs itself: enroll, renew, and its public keys. */
export function addEnrollmentRoutes(
  app: Hono<Env>,
  { enrollment, authenticator, limits, isRevoked, identity, secondsUntil }: EnrollmentRoutes,
): void {
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
    const isGuess = enrollment.codes.isWellFormed(code)
    if (isGuess) await limits.code(address)
    const spent = isGuess ? await enrollment.codes.spend(code) : undefined
    if (spent === undefined) throw new Problem('ERR_CODE', 'The code is unknown, was used, or is over')
    await limits.rightCode(address)
    const { deviceId } = spent
    note(context, { deviceId })
    const issued = await enrollment.issue(deviceId)
    // Last, and by the time of the code: one that was made before a revocation enrolls nothing after it.
    const createdAt = spent.createdAt / 1000
    const claims = {
      issuer: enrollment.issuer.issuer,
      subject: deviceId,
      issuedAt: createdAt,
      authenticatedAt: createdAt,
    }
    if (await isRevoked({ ...claims, expiresAt: issued.expiresAt / 1000 }, deviceId)) throw revoked()
    note(context, { issuedTokenId: issued.id })
    if (cookie) writeSession(context, issued.token, secondsUntil(issued.expiresAt))
    const { token, expiresAt } = issued
    return context.json({ ...(!cookie && { token }), expiresAt, ...identity(deviceId) }, 201)
  })

  app.post('/api/renew', async (context) => {
    const device = await authenticator.authenticate(context)
    const { claims, deviceId, isByCookie } = device
    if (claims.issuer !== enrollment.issuer.issuer) {
      throw new Problem('ERR_TOKEN_INVALID', 'The token is not one of this service, and is renewed by who gave it')
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
