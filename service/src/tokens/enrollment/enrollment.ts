import { publicKeys, signJwt } from '../jwt/signing-key.ts'
import { oneTimeCodes, type OneTimeCodes } from './one-time-codes.ts'
import { signingKeys, type SigningKeys } from '../jwt/signing-keys.ts'
import type { Store } from '../base/store.ts'
import { enrollmentOf, newId, renewedId } from '../jwt/token-id.ts'
import type { Claims, Issuer, KeySet } from '../jwt/verifier.ts'

export interface EnrollmentOptions {
  /**
   * Lifetime of a device's JWT; the device can renew it earlier.
   *
   * @default 2_592_000, which is 30 days
   */
  readonly tokenLifetimeInSeconds?: number | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

/** A device's JWT. */
export interface DeviceToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** `jti`. An operator can revoke the enrollment by it. */
  readonly id: string
}

/**
 * The service's own issuer: gives a device a JWT for a one-time code, and renews the JWT before it
 * expires.
 */
export interface Enrollment {
  /** The issuer and its keys, for `createTokenService`. */
  readonly issuer: Issuer
  readonly codes: OneTimeCodes
  readonly keys: SigningKeys
  /** The public keys, old keys included. */
  keySet(): Promise<KeySet>
  /** Signs the first JWT of an enrollment. */
  issue(deviceId: string): Promise<DeviceToken>
  /** Signs another JWT of the same enrollment: a revocation of either ends both. */
  renew(claims: Claims): Promise<DeviceToken>
  /** Reports whether half of a JWT's lifetime is over. */
  isDue(claims: Claims): boolean
}

export const OWN_ISSUER = 'hubtwin-service'
const AUDIENCE = 'hubtwin-token-service'

/**
 * Opens the signing keys and one-time codes in a store.
 *
 * @example
 * ```ts
 * import { folderStore } from 'hubtwin-service'
 * import { openEnrollment } from 'hubtwin-service/tokens'
 *
 * const enrollment = openEnrollment(folderStore('/var/lib/token-service'))
 * const { code } = await enrollment.codes.make('kiosk-7', 900)
 * ```
 */
export function openEnrollment(store: Store, options: EnrollmentOptions = {}): Enrollment {
  const { tokenLifetimeInSeconds = 30 * 24 * 60 * 60, now = Date.now } = options
  const keys = signingKeys(store.signingKeys, tokenLifetimeInSeconds, now)
  const codes = oneTimeCodes(store.codes, now)
  const keySet = memoized(publicKeys)

  async function sign(subject: string, id: string, authenticatedAt: number | undefined): Promise<DeviceToken> {
    const [newest] = await keys.all()
    if (newest === undefined) throw new Error('The store has no signing key')
    // With a fraction (RFC 7519 §2, NumericDate), so that a device can enroll within the second of
    // its revocation.
    const issuedAt = now() / 1000
    const expiresAt = Math.floor(issuedAt) + tokenLifetimeInSeconds
    const claims = {
      issuer: OWN_ISSUER,
      subject,
      issuedAt,
      authenticatedAt: authenticatedAt ?? issuedAt,
      expiresAt,
      id,
    }
    const token = await signJwt(newest, AUDIENCE, claims)
    await store.enrollments.saveSession({
      id: enrollmentOf(id),
      deviceId: subject,
      enrolledAt: Math.floor(claims.authenticatedAt * 1000),
      expiresAt: expiresAt * 1000,
    })
    return { token, expiresAt: expiresAt * 1000, id }
  }

  return {
    issuer: {
      issuer: OWN_ISSUER,
      audience: AUDIENCE,
      algorithms: ['ES256'],
      keys: async () => keySet(await keys.all()),
      sharesClock: true,
    },
    codes: {
      ...codes,
      async make(deviceId, lifetimeInSeconds) {
        const made = await codes.make(deviceId, lifetimeInSeconds)
        // An operator may revoke a device as soon as a code can enroll it.
        await store.enrollments.remember([deviceId], now())
        return made
      },
    },
    keys,
    keySet: async () => keySet(await keys.all()),
    issue: (deviceId) => sign(deviceId, newId(), undefined),
    renew: ({ subject, id, authenticatedAt }) =>
      sign(subject, id === undefined ? newId() : renewedId(id), authenticatedAt),
    isDue: ({ issuedAt, expiresAt }) => now() / 1000 > (issuedAt + expiresAt) / 2,
  }
}

/** Returns the same result for the same argument: the verifier imports each key set only once. */
function memoized<A extends object, R>(work: (argument: A) => R): (argument: A) => R {
  let last: { readonly argument: A; readonly result: R } | undefined
  return (argument) => {
    if (last?.argument !== argument) last = { argument, result: work(argument) }
    return last.result
  }
}
