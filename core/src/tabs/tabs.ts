/** The port to the other tabs of the origin: Web Locks and a BroadcastChannel. */
export interface Tabs {
  /** @returns a unique name */
  newId(): string
  /**
   * Waits for the lock, and holds it until the promise of `whileHeld` settles, or this tab ends.
   *
   * @param signal cancels the request for the lock
   * @returns resolves after `whileHeld`; rejects when the signal aborts, when another script steals
   * the lock, or when the browser denies locks
   */
  lock(name: string, signal: AbortSignal, whileHeld: () => Promise<void>): Promise<void>
  /** Each message goes to every other tab that has the channel open, in order. */
  openChannel(name: string, onMessage: (message: unknown) => void): Channel
}

export interface Channel {
  /** @param message a value that structured clone supports */
  post(message: unknown): void
  close(): void
}

/** The reason why this tab cannot find other tabs. */
export interface NoTabs {
  readonly missing: string
}
