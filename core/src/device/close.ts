import { checkCount, checkOptionNames } from '../protocol/checks.ts'
import type { Clock } from '../session/clock.ts'
import type { CloseOptions } from './device.ts'

/** The default of `timeoutInMs`. */
export const CLOSE_TIMEOUT_IN_MS = 5000

/**
 * @returns the deadline of the features in milliseconds
 * @throws TypeError, RangeError for a wrong deadline
 */
export function readCloseTimeout(options: CloseOptions = {}): number {
  const { timeoutInMs = CLOSE_TIMEOUT_IN_MS } = checkOptionNames(options, ['timeoutInMs'])
  return checkCount('timeoutInMs', timeoutInMs, 0)
}

/**
 * Lets the features finish until a deadline, and then ends the connection. The storage of a feature
 * may need longer, and has its own deadline.
 *
 * @param flushed resolves when no feature has anything left to finish
 */
export async function closeAfter(
  flushed: Promise<unknown>,
  timeoutInMs: number,
  clock: Clock,
  closeConnection: () => Promise<void>,
): Promise<void> {
  if (timeoutInMs > 0) {
    await new Promise<void>((resolve) => {
      const stopTimer = clock.after(timeoutInMs, resolve)
      void flushed.then(stopTimer).then(resolve)
    })
  }
  await closeConnection()
  await flushed
}
