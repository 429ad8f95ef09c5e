/** The callbacks of a call of `refresh()`. */
export interface RefreshWaiter {
  resolve(): void
  reject(error: unknown): void
}

/**
 * The calls of `refresh()` that wait for a GET, each with the number of the first GET that started
 * after the call.
 */
export type RefreshWaits = Map<RefreshWaiter, number>

/** @returns ends the wait */
export function addRefreshWait(waits: RefreshWaits, get: number, waiter: RefreshWaiter): () => void {
  waits.set(waiter, get)
  return () => waits.delete(waiter)
}

/** Settles the waits that the GET with this number serves. */
export function settleRefreshWaits(waits: RefreshWaits, get: number, settle: (waiter: RefreshWaiter) => void): void {
  for (const [waiter, first] of [...waits]) {
    if (first > get) continue
    waits.delete(waiter)
    settle(waiter)
  }
}
