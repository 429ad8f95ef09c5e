import type { EnrollmentRecords } from '../base/store.ts'
import type { Claims } from '../jwt/verifier.ts'

/** Some 20 MB of names. Beyond that, the process asks the store again, which only costs time. */
const MAX_NAMES = 200_000

/**
 * Returns a function that remembers a device and its subject in a store, with the first password
 * of the device. So `revoke` recognizes devices of other issuers, and those that enrolled with an
 * older version.
 */
export function rememberDevices(
  { enrollments }: { readonly enrollments: EnrollmentRecords },
  now: () => number = Date.now,
): (claims: Claims, deviceId: string) => Promise<void> {
  const done = new Set<string>()
  return async ({ subject }, deviceId) => {
    const fresh = [...new Set([deviceId, subject])].filter((name) => !done.has(name))
    if (fresh.length === 0) return
    await enrollments.remember(fresh, now())
    if (done.size > MAX_NAMES) done.clear()
    for (const name of fresh) done.add(name)
  }
}
