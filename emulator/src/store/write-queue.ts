import type { Store, StoreChange } from './open-store.ts'

/** Changes that belong together, and who waits for them. */
export interface QueuedWrite {
  readonly changes: readonly StoreChange[]
  /** Called at once when the store has taken the changes, or has failed to: nothing else runs in between. */
  readonly settle: (error?: unknown) => void
}

/**
 * Writes in the order of arrival, one batch at a time; what arrives while a batch is on its way makes the next one. After a failure everything
 * that was waiting fails too, since it was computed from what has now not happened.
 */
export class WriteQueue {
  readonly #store: Store
  #waiting: QueuedWrite[] = []
  #running: Promise<void> | undefined
  #isSuspended = false

  constructor(store: Store) {
    this.#store = store
  }

  add(write: QueuedWrite): void {
    if (this.#isSuspended) return write.settle(new Error('The hub is being restored'))
    this.#waiting.push(write)
    this.#running ??= this.#run()
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** Refuses what comes from now on, and resolves when nothing is waiting any more. */
  async suspend(): Promise<void> {
    this.#isSuspended = true
    await this.idle()
  }

  resume(): void {
    this.#isSuspended = false
  }

  async #run(): Promise<void> {
    // A turn of the event loop: everything that arrived with the same read of the sockets goes into one batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#store.write(lastOfEach(batch))
        for (const write of batch) write.settle()
      } catch (error) {
        const failed = [...batch, ...this.#waiting]
        this.#waiting = []
        for (const write of failed) write.settle(error)
      }
    }
    this.#running = undefined
  }
}

/** Several writes of one key need only the last. */
function lastOfEach(batch: readonly QueuedWrite[]): StoreChange[] {
  const last = new Map<string, StoreChange>()
  for (const { changes } of batch) for (const change of changes) last.set(change.key, change)
  return [...last.values()]
}
