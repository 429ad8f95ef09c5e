import { publicKeys, signJwt, type Claims, type Issuer, type KeySet } from '../jwt/verifier.ts'
import { oneTimeCodes, type OneTimeCodes } from './one-time-codes.ts'
import { signingKeys, type SigningKeys } from '../jwt/signing-keys.ts'
import type { Store } from '../base/store.ts'
import { newId, renewedId } from '../jwt/token-id.ts'

export interface EnrollmentOptions {
  /** How long a device's JWT is good for; it may be renewed before. @default 2_592_000, which is 30 days */
  readonly tokenLifetimeInSeconds?: number | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
  /** Gets the name of each file of `codes/` that holds no code; the others stay good. */
  readonly onSkippedCode?: ((name: string) => void) | undefined
}

/** A device's JWT. */
export interface DeviceToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** `jti`, by which the enrollment can be revoked. */
  readonly id: string
}

/** An issuer of this service's own: gives a device a JWT for a one-time code, and another before that one is over. */
export interface Enrollment {
  /** For `createTokenService`: who signed, and where the keys are. */
  readonly issuer: Issuer
  readonly codes: OneTimeCodes
  readonly keys: SigningKeys
  /** The public keys, old ones too. */
  keySet(): Promise<KeySet>
  /** The first JWT of an enrollment. */
  issue(deviceId: string): Promise<DeviceToken>
  /** Another JWT of the same enrollment: a revocation that ends the one ends the other. */
  renew(claims: Claims): Promise<DeviceToken>
  /** Whether half of a JWT's life is over. */
  isDue(claims: Claims): boolean
}

export const ownIssuer = 'hubtwin-service'
const AUDIENCE = 'hubtwin-token-service'

/**
 * Opens the enrollment that a store keeps: its signing keys and one-time codes.
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
  const { tokenLifetimeInSeconds = 30 * 24 * 60 * 60, now = Date.now, onSkippedCode = () => undefined } = options
  const keys = signingKeys(store, tokenLifetimeInSeconds, now)
  const keySet = async (): Promise<KeySet> => publicKeys(await keys.all())

  async function sign(subject: string, id: string, authenticatedAt: number | undefined): Promise<DeviceToken> {
    const [newest] = await keys.all()
    if (newest === undefined) throw new Error('The store has no signing key')
    // With its fraction (RFC 7519 §2, NumericDate), so that a device may enroll within the second in which it was revoked.
    const issuedAt = now() / 1000
    const expiresAt = Math.floor(issuedAt) + tokenLifetimeInSeconds
    const claims = { issuer: ownIssuer, subject, issuedAt, authenticatedAt: authenticatedAt ?? issuedAt, expiresAt, id }
    return { token: await signJwt(newest, AUDIENCE, claims), expiresAt: expiresAt * 1000, id }
  }

  return {
    issuer: { issuer: ownIssuer, audience: AUDIENCE, algorithms: ['ES256'], keys: keySet, sharesClock: true },
    codes: oneTimeCodes(store, now, onSkippedCode),
    keys,
    keySet,
    issue: (deviceId) => sign(deviceId, newId(), undefined),
    renew: ({ subject, id, authenticatedAt }) =>
      sign(subject, id === undefined ? newId() : renewedId(id), authenticatedAt),
    isDue: ({ issuedAt, expiresAt }) => now() / 1000 > (issuedAt + expiresAt) / 2,
  }
}
