/** What tabs of one origin have in common, as a port: Web Locks and a BroadcastChannel. */
export interface Tabs {
  /** A name that no other tab has. */
  newId(): string
  /**
   * Waits in line for the lock, and holds it until the promise of the call ends, or this tab does.
   *
   * @param signal takes it out of the line
   * @returns ends with the call; rejects when the signal aborts, the lock is taken away or there can be none
   */
  lock(name: string, signal: AbortSignal, whileHeld: () => Promise<void>): Promise<void>
  /** What is posted comes to every other tab with the channel open, in order. */
  openChannel(name: string, onMessage: (message: unknown) => void): Channel
}

export interface Channel {
  /** @param message what structured clone carries */
  post(message: unknown): void
  close(): void
}

/** Why there can be no tabs but this one. */
export interface NoTabs {
  readonly missing: string
}
