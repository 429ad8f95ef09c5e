import * as waits from '../../test/support/waits.ts'

/** Longer than in tests, for a slow client on a busy machine. */
const LIMIT_IN_MS = 120_000

/** @throws Error that names the missing event */
export function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return waits.within(what, promise, LIMIT_IN_MS)
}
