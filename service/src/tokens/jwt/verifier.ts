import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWK,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose'
import { isLoopback } from '../base/loopback.ts'
import { Problem } from '../base/problem.ts'

/** The claims of a verified JWT. */
export interface Claims {
  readonly issuer: string
  readonly subject: string
  /** Seconds since 1970. */
  readonly issuedAt: number
  /**
   * Seconds since 1970 at which the subject last authenticated other than by an older JWT:
   * `auth_time` (OpenID Connect Core 1.0 §2), otherwise `iat`. Renewals keep it, so a revocation
   * compares this time. If the issuer has its own clock, this is the earliest time within the clock
   * tolerance.
   */
  readonly authenticatedAt: number
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** `jti`, if the issuer sets it. */
  readonly id?: string
}

/** Asymmetric algorithms only. Shared secrets (`HS256`, …) and `none` are missing on purpose. */
export type Algorithm = (typeof ALGORITHMS)[number]

const ALGORITHMS = [
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const

/** A JSON Web Key Set (RFC 7517). */
export interface KeySet {
  readonly keys: readonly JWK[]
}

/** A party whose JWTs this service accepts. */
export interface Issuer {
  /** The `iss` claim. */
  readonly issuer: string
  /** The value that the `aud` claim must hold. */
  readonly audience: string
  /** @default ['ES256', 'RS256'] */
  readonly algorithms?: readonly Algorithm[] | undefined
  /**
   * The URL of a JWKS, or a function that reads a JWKS.
   *
   * The service fetches a URL again every ten minutes, and for an unknown `kid`, but at most once
   * per `cooldownInMs`. It calls a function for every JWT. A URL without TLS must be on this
   * machine.
   *
   * If several keys fit the JWT's algorithm, a JWT without `kid` is refused (OpenID Connect Core
   * 1.0 §10.1 requires `kid` in this case).
   */
  readonly keys: URL | (() => Promise<KeySet>)
  /** @default 30_000 */
  readonly cooldownInMs?: number | undefined
  /** Deadline of a fetch. @default 5_000 */
  readonly timeoutInMs?: number | undefined
  /**
   * The issuer reads the same clock as this service, so its times need no tolerance.
   *
   * @default false
   */
  readonly sharesClock?: boolean | undefined
}

export interface Verifier {
  /** @throws Problem ERR_TOKEN_EXPIRED, ERR_TOKEN_INVALID, ERR_UNAVAILABLE */
  (token: string): Promise<Claims>
}

export interface VerifierOptions {
  /** Largest accepted difference between an issuer's clock and this machine's. @default 30 */
  readonly clockToleranceInSeconds?: number | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

/**
 * Creates a verifier. It checks a JWT's signature, algorithm, issuer, audience, expiry, not-before,
 * and time of issue against the keys of its issuer.
 *
 * @throws TypeError if an issuer allows a shared-secret algorithm, if its keys travel in the clear
 *   from another machine, or if two issuers share a name
 */
export function createVerifier(issuers: readonly Issuer[], options: VerifierOptions = {}): Verifier {
  const { clockToleranceInSeconds = 30, now = Date.now } = options
  const trusted = new Map(issuers.map((issuer) => [issuer.issuer, { ...checked(issuer), getKey: keyFinder(issuer) }]))
  if (trusted.size < issuers.length) throw new TypeError('Two issuers have the same name')

  return async (token) => {
    const issuer = trusted.get(claimedIssuer(token))
    if (issuer === undefined) throw invalid('unknown issuer')
    try {
      const { payload } = await jwtVerify(token, issuer.getKey, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: [...issuer.algorithms],
        clockTolerance: clockToleranceInSeconds,
        currentDate: new Date(now()),
        requiredClaims: ['sub', 'exp', 'iat'],
      })
      const { sub, iat = 0, exp = 0, jti, auth_time: authTime } = payload
      if (typeof sub !== 'string' || sub === '') throw invalid('sub is not a string')
      // A time of issue in the future would outlive every revocation before it. jose checks it only
      // together with a maximum age.
      if (iat > now() / 1000 + clockToleranceInSeconds) throw invalid('iat check_failed')
      const authenticatedAt = typeof authTime === 'number' ? Math.min(authTime, iat) : iat
      return {
        issuer: issuer.issuer,
        subject: sub,
        issuedAt: iat,
        authenticatedAt: authenticatedAt - (issuer.sharesClock === true ? 0 : clockToleranceInSeconds),
        expiresAt: exp,
        ...(typeof jti === 'string' && { id: jti }),
      }
    } catch (error) {
      throw refusalOf(error)
    }
  }
}

function checked(issuer: Issuer): Issuer & { algorithms: readonly Algorithm[] } {
  const { algorithms = ['ES256', 'RS256'] } = issuer
  const wrong = algorithms.find((name) => !ALGORITHMS.includes(name))
  if (wrong !== undefined || algorithms.length === 0) {
    throw new TypeError(
      `Algorithms of ${issuer.issuer} are ${JSON.stringify(algorithms)}; expected some of ${ALGORITHMS.join(', ')}`,
    )
  }
  const { keys } = issuer
  if (keys instanceof URL && keys.protocol !== 'https:' && !(keys.protocol === 'http:' && isLoopback(keys.hostname))) {
    throw new TypeError(
      `Keys of ${issuer.issuer} are at ${keys.protocol}//${keys.host}; expected an https address, because an attacker in between could replace them`,
    )
  }
  return { ...issuer, algorithms }
}

/** Reads the issuer before the signature is checked, only to choose the keys to try. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    throw invalid('not a JWT')
  }
}

/** Unreachable keys are not the client's problem, so they become ERR_UNAVAILABLE. */
function keyFinder({ keys, cooldownInMs, timeoutInMs }: Issuer): JWTVerifyGetKey {
  const find: JWTVerifyGetKey =
    keys instanceof URL
      ? createRemoteJWKSet(keys, {
          cooldownDuration: cooldownInMs ?? 30_000,
          timeoutDuration: timeoutInMs ?? 5_000,
        })
      : localFinder(keys)
  return async (header, token) => {
    try {
      return await find(header, token)
    } catch (error) {
      if (error instanceof Problem) throw error
      if (error instanceof errors.JWKSNoMatchingKey) throw error
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error
      throw new Problem('ERR_UNAVAILABLE', "The keys of the token's issuer are unreachable", {
        reason: error instanceof errors.JOSEError ? error.code : 'no JWKS',
        retryAfterInSeconds: 5,
      })
    }
  }
}

/** Imports the keys again only when the function returns another key set. */
function localFinder(read: () => Promise<KeySet>): JWTVerifyGetKey {
  let imported: { readonly set: KeySet; readonly find: JWTVerifyGetKey } | undefined
  return async (header, token) => {
    const set = await read()
    if (imported?.set !== set) imported = { set, find: createLocalJWKSet({ keys: [...set.keys] }) }
    return imported.find(header, token)
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired)
    return new Problem('ERR_TOKEN_EXPIRED', 'The token has expired', { reason: error.code })
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`${error.claim} ${error.reason}`)
  return error instanceof errors.JOSEError ? invalid(error.code) : error
}

function invalid(reason: string): Problem {
  return new Problem('ERR_TOKEN_INVALID', 'No trusted issuer issued the token for this service', { reason })
}
