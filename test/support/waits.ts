/** Every wait of a test ends, well before the test's own deadline. */
export const WAIT_LIMIT_IN_MS = 8000

export function within<Value>(what: string, wait: Promise<Value>, inMs: number = WAIT_LIMIT_IN_MS): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not happen in time`)), inMs)
    wait.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
