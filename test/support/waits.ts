/** Every wait of a test ends, well before the test's own deadline. */
export const WAIT_LIMIT_IN_MS = 8000

/** Resolves as the wait does. @throws Error that names what did not happen in time */
export function within<Value>(what: string, wait: Promise<Value>, inMs: number = WAIT_LIMIT_IN_MS): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not happen in time`)), inMs)
    wait.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/**
 * Polls until the answer is yes: for state that has no events.
 * @throws Error that names what did not happen in time
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
