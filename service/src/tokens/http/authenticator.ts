import type { Context } from 'hono'
import { isDeviceId } from '../base/device-id.ts'
import { note, type Env } from './guard.ts'
import type { Claims, Verifier } from '../jwt/verifier.ts'
import { Problem } from '../base/problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { isJson } from './request-body.ts'
import { readSession } from './session-cookie.ts'

/** A device that a request speaks for. */
export interface Device {
  readonly token: string
  readonly claims: Claims
  readonly deviceId: string
  readonly isByCookie: boolean
}

/** Decides whose request it is. */
export interface Authenticator {
  /** @throws Problem where the request speaks for no device */
  authenticate(context: Context<Env>): Promise<Device>
  /**
   * Called after the last wait of a request: meanwhile a revocation, another signing key or another mapping may have come.
   *
   * @throws Problem where the same request would be refused now
   */
  checkAgain(device: Device): Promise<void>
}

export interface AuthenticatorOptions {
  readonly verify: Verifier
  readonly limits: RateLimits
  readonly deviceOf: (claims: Claims) => string | undefined | Promise<string | undefined>
  readonly isRevoked: (claims: Claims, deviceId: string) => Promise<boolean>
}

export function createAuthenticator({ verify, limits, deviceOf, isRevoked }: AuthenticatorOptions): Authenticator {
  async function deviceIdOf(claims: Claims): Promise<string> {
    const deviceId = await deviceOf(claims)
    if (deviceId === undefined) throw new Problem('ERR_NO_DEVICE', 'The token belongs to no device')
    // Checked here, because a registry or a signature would fail on it in ways of their own.
    if (isDeviceId(deviceId)) return deviceId
    const reason = 'no device ID'
    throw new Problem('ERR_NO_DEVICE', 'The token names what cannot be the ID of a device', { reason })
  }

  return {
    async authenticate(context) {
      const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
      const token = bearer ?? pageSession(context)
      const claims = await verify(token)
      note(context, { issuer: claims.issuer, subject: claims.subject, ...(claims.id && { tokenId: claims.id }) })
      await limits.subject(claims.issuer, claims.subject)
      const deviceId = await deviceIdOf(claims)
      note(context, { deviceId })
      if (await isRevoked(claims, deviceId)) throw revoked()
      return { token, claims, deviceId, isByCookie: bearer === undefined }
    },
    async checkAgain({ token, deviceId }) {
      const claims = await verify(token)
      if ((await deviceIdOf(claims)) !== deviceId) {
        throw new Problem('ERR_NO_DEVICE', 'The token belongs to another device now')
      }
      if (await isRevoked(claims, deviceId)) throw revoked()
    },
  }
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

export function revoked(): Problem {
  return new Problem('ERR_REVOKED', 'The device or its token was revoked')
}
