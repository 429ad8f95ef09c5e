/** Every wait of a test ends well before the test's own deadline. */
export const WAIT_LIMIT_IN_MS = 8000

/** Resolves with the result of the wait. @throws Error that names the missing event */
export function within<Value>(what: string, wait: Promise<Value>, inMs: number = WAIT_LIMIT_IN_MS): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not happen in time`)), inMs)
    wait.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/**
 * Polls until the condition holds, for state without events.
 * @throws Error that names the missing state
 */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  inMs: number = WAIT_LIMIT_IN_MS,
): Promise<void> {
  const end = Date.now() + inMs
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`${what} did not happen in time`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
