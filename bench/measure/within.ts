import * as waits from '../../test/support/waits.ts'

/** A slow client on a busy machine needs longer than any test. */
const LIMIT_IN_MS = 120_000

/** @throws Error that names the missing event */
export function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return waits.within(what, promise, LIMIT_IN_MS)
}
