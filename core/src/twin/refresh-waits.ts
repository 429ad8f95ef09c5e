/** The callbacks of a call of `refresh()`. */
export interface RefreshWaiter {
  resolve(): void
  reject(error: unknown): void
}

/** The calls of `refresh()` that wait for a GET. */
export interface RefreshWaits {
  /**
   * @param get the number of the first GET that starts after the call
   * @returns ends the wait
   */
  add(get: number, waiter: RefreshWaiter): () => void
  /** Settles the waits that the GET with this number serves. */
  settle(get: number, settle: (waiter: RefreshWaiter) => void): void
}

export function createRefreshWaits(): RefreshWaits {
  const waits = new Set<{ readonly get: number; readonly waiter: RefreshWaiter }>()
  return {
    add(get, waiter) {
      const entry = { get, waiter }
      waits.add(entry)
      return () => waits.delete(entry)
    },
    settle(get, settle) {
      for (const entry of [...waits]) {
        if (entry.get > get) continue
        waits.delete(entry)
        settle(entry.waiter)
      }
    },
  }
}
