import { printable } from '../base/printable.ts'
import type { RevocationRecords } from '../base/store.ts'
import { enrollmentOf } from '../jwt/token-id.ts'
import type { Claims } from '../jwt/verifier.ts'

/** The names whose JWTs are no longer valid. */
export interface Revocations {
  /** @param deviceId the device of the JWT's subject, if known */
  isRevoked(claims: Claims, deviceId?: string): Promise<boolean>
  /**
   * Ends all JWTs that go back to an enrollment or a sign-in until now.
   *
   * @param name a subject, a device ID, or a `jti` of the enrollment
   * @throws SyntaxError if a line of `revoked.txt` cannot hold the name
   */
  revoke(name: string): Promise<void>
}

/**
 * Opens the revocations of a store. Asks the store for each JWT, so a revocation takes effect at
 * once.
 */
export function storedRevocations(
  { revocations }: { readonly revocations: RevocationRecords },
  now: () => number = Date.now,
): Revocations {
  return {
    async isRevoked({ subject, id, authenticatedAt }, deviceId) {
      const names = [subject, deviceId, id].filter((name) => name !== undefined).map(enrollmentOf)
      const authenticatedAtInMs = Math.round(authenticatedAt * 1000)
      const times = await revocations.revokedUntil([...new Set(names)])
      return times.some((until = -Infinity) => authenticatedAtInMs <= until)
    },
    async revoke(name) {
      checkRevocable(name)
      await revocations.revoke(enrollmentOf(name), now())
    },
  }
}

/** @throws SyntaxError if a line of the file cannot hold the name */
export function checkRevocable(name: string): void {
  if (name !== '' && !/\s/.test(name) && !name.startsWith('#') && printable(name) === name) return
  throw new SyntaxError(
    `${JSON.stringify(name)} cannot be revoked; expected a device ID, a subject, or a token ID, without white space and without # at the start`,
  )
}
