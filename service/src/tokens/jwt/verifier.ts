import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose'
import { isLoopback } from '../base/loopback.ts'
import { Problem } from '../base/problem.ts'

/** What a JWT says, once it is known to be true. */
export interface Claims {
  readonly issuer: string
  readonly subject: string
  /** Seconds since 1970. */
  readonly issuedAt: number
  /**
   * Seconds since 1970 at which the subject last proved itself by something else than an older JWT: `auth_time` (OpenID Connect Core 1.0
   * §2), otherwise `iat`. A renewal carries it on, so a revocation compares this time. Where the issuer has a clock of its own, this is the
   * earliest time that the clock tolerance allows.
   */
  readonly authenticatedAt: number
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** `jti`, where the issuer gives one. */
  readonly id?: string
}

/** Keys of signatures that only their holder can make. Those of shared secrets (`HS256`, …) and `none` are not among them, on purpose. */
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

/** Who may sign JWTs for this service. */
export interface Issuer {
  /** The `iss` claim. */
  readonly issuer: string
  /** What the `aud` claim has to hold. */
  readonly audience: string
  /** @default ['ES256', 'RS256'] */
  readonly algorithms?: readonly Algorithm[] | undefined
  /**
   * Where the public keys are: the address of a JWKS, or what reads one. An address is asked again for a `kid` that it did not have, though
   * at most once in `cooldownInMs`, and every ten minutes; a function is called for every JWT. An address without TLS is for this machine.
   *
   * A JWT without `kid` is refused where several keys fit its algorithm (OpenID Connect Core 1.0 §10.1: `kid` is required then).
   */
  readonly keys: URL | (() => Promise<KeySet>)
  /** @default 30_000 */
  readonly cooldownInMs?: number | undefined
  /** For an address. @default 5_000 */
  readonly timeoutInMs?: number | undefined
  /** Whether the issuer reads the same clock as this service, so that its times need no tolerance. @default false */
  readonly sharesClock?: boolean | undefined
}

export interface Verifier {
  /** @throws Problem ERR_TOKEN_EXPIRED, ERR_TOKEN_INVALID, ERR_UNAVAILABLE */
  (token: string): Promise<Claims>
}

export interface VerifierOptions {
  /** How far the clocks of an issuer and of this machine may be apart. @default 30 */
  readonly clockToleranceInSeconds?: number | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

/**
 * Checks JWTs against the keys of their issuer: signature, algorithm, issuer, audience, expiry, not-before, time of issue.
 *
 * @throws TypeError where an issuer allows an algorithm of shared secrets, has its keys in the clear on another machine, or two have one name
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
      if (typeof sub !== 'string' || sub === '') throw invalid('sub is no text')
      // A time of issue that is to come would be later than every revocation until then. jose checks it only together with an age.
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
      `Algorithms of ${issuer.issuer} are ${JSON.stringify(algorithms)}; known are ${ALGORITHMS.join(', ')}`,
    )
  }
  const { keys } = issuer
  if (keys instanceof URL && keys.protocol !== 'https:' && !(keys.protocol === 'http:' && isLoopback(keys.hostname))) {
    throw new TypeError(
      `Keys of ${issuer.issuer} are at ${keys.protocol}//${keys.host}; expected an https address, because whoever changes them on the way can sign tokens`,
    )
  }
  return { ...issuer, algorithms }
}

/** Only to choose whose keys to try: nothing of it is believed before the signature is checked. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    throw invalid('not a JWT')
  }
}

/** That keys can't be had is no fault of who came with a token. */
function keyFinder({ keys, cooldownInMs, timeoutInMs }: Issuer): JWTVerifyGetKey {
  const find: JWTVerifyGetKey =
    keys instanceof URL
      ? createRemoteJWKSet(keys, {
          cooldownDuration: cooldownInMs ?? 30_000,
          timeoutDuration: timeoutInMs ?? 5_000,
        })
      : async (header, token) => createLocalJWKSet({ keys: [...(await keys()).keys] })(header, token)
  return async (header, token) => {
    try {
      return await find(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error
      if (error instanceof errors.JOSENotSupported) throw error
      throw new Problem('ERR_UNAVAILABLE', 'The keys of the issuer of this token are out of reach', {
        reason: error instanceof errors.JOSEError ? error.code : 'no JWKS',
        retryAfterInSeconds: 5,
      })
    }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired)
    return new Problem('ERR_TOKEN_EXPIRED', 'The token is over', { reason: error.code })
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`${error.claim} ${error.reason}`)
  return error instanceof errors.JOSEError ? invalid(error.code) : error
}

function invalid(reason: string): Problem {
  return new Problem('ERR_TOKEN_INVALID', 'The token is not one of a trusted issuer for this service', { reason })
}

/** A private key to sign JWTs with, and since when it does. */
export interface SigningKey {
  /** With `kid` and `alg`. */
  readonly jwk: JWK
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Makes an ES256 key: of what every WebCrypto has, the one with short signatures. */
export async function makeSigningKey(now: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { jwk: { ...jwk, kid: crypto.randomUUID(), alg: 'ES256', use: 'sig' }, createdAt: now }
}

/** What may be published of keys: everything but `d`. */
export function publicKeys(keys: readonly SigningKey[]): KeySet {
  return { keys: keys.map(({ jwk: { kty, crv, x, y, kid, alg, use } }) => ({ kty, crv, x, y, kid, alg, use }) as JWK) }
}

export async function signJwt({ jwk }: SigningKey, audience: string, claims: Claims): Promise<string> {
  return new SignJWT({ auth_time: claims.authenticatedAt, ...(claims.id !== undefined && { jti: claims.id }) })
    .setProtectedHeader({ alg: 'ES256', kid: jwk.kid ?? '', typ: 'JWT' })
    .setIssuer(claims.issuer)
    .setAudience(audience)
    .setSubject(claims.subject)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .sign(await importJWK(jwk, 'ES256'))
}
