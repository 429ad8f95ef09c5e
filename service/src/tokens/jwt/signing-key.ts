import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { Claims, KeySet } from './verifier.ts'

/** A private key that signs JWTs, and its age. */
export interface SigningKey {
  /** With `kid` and `alg`. */
  readonly jwk: JWK
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Generates an ES256 key: every WebCrypto has this algorithm, and its signatures are short. */
export async function makeSigningKey(now: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { jwk: { ...jwk, kid: crypto.randomUUID(), alg: 'ES256', use: 'sig' }, createdAt: now }
}

/** Returns the public part of each key: everything except `d`. */
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
