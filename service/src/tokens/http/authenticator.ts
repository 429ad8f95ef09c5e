import type { Context } from 'hono'
import { isDeviceId } from '../base/device-id.ts'
import { note, type Env } from './guard.ts'
import type { Claims, Verifier } from '../jwt/verifier.ts'
import { Problem } from '../base/problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { isJson } from './request-body.ts'
import { readSession } from './session-cookie.ts'

/** The device that sends a request, as its JWT proves. */
export interface Device {
  readonly token: string
  readonly claims: Claims
  readonly deviceId: string
  readonly isByCookie: boolean
}

/** Finds the device that sends a request. */
export interface Authenticator {
  /** @throws Problem if the request proves no device */
  authenticate(context: Context<Env>): Promise<Device>
  /**
   * Checks again after the last wait of a request. A revocation, a new signing key, or a new
   * mapping may have arrived in the meantime.
   *
   * @throws Problem if the same request would now be refused
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
    // Checked here, because the registry and the signature would each fail in a different way.
    if (isDeviceId(deviceId)) return deviceId
    const reason = 'not a device ID'
    throw new Problem('ERR_NO_DEVICE', 'The name in the token cannot be a device ID', { reason })
  }

  return {
    async authenticate(context) {
      const bearer = context.req.header('authorization')?.match(/^Bearer +(\S+)$/i)?.[1]
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
        throw new Problem('ERR_NO_DEVICE', 'The token now belongs to another device')
      }
      if (await isRevoked(claims, deviceId)) throw revoked()
    },
  }
}

/**
 * A browser sends a cookie by itself, so it counts only if the browser also names the page's
 * origin, which `guard` checks.
 */
function pageSession(context: Context<Env>): string {
  const session = readSession(context)
  if (session === undefined || context.req.header('origin') === undefined) {
    throw new Problem(
      'ERR_NO_TOKEN',
      'The request has no token: send Authorization: Bearer …, or the cookie from a page',
    )
  }
  if (!isJson(context)) throw new Problem('ERR_CONTENT_TYPE', 'A request with a cookie must be application/json')
  return session
}

export function revoked(): Problem {
  return new Problem('ERR_REVOKED', 'The device or its token was revoked')
}
