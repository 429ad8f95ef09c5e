import { print } from '../terminal.ts'
import { openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { withExistingState } from './state.ts'
import type { StateOptions } from './state-options.ts'

/** Prints where the state of a token service is, and how much it holds. Prints no secret. */
export async function describeState(options: StateOptions): Promise<void> {
  await withExistingState(options, async ({ store, place, redis }) => {
    const keys = await openEnrollment(store).keys.all()
    const newest = new Date(keys[0]?.createdAt ?? 0).toISOString()
    print(
      `State         ${place}`,
      `Signing keys  ${keys.length}, the newest from ${newest}`,
      `Known names   ${await store.enrollments.count()} of devices that enrolled, had a code, or got a password`,
      `Revoked       ${await store.revocations.count()}`,
      ...((await redis?.doubts()) ?? []).map((doubt) => `Problem       ${doubt}`),
    )
  })
}
