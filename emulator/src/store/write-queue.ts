import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from './store.ts'

interface QueuedWrite {
  readonly changes: readonly StoreChange[]
  readonly settle: (error?: unknown) => void
}

/**
 * Writes in the order of arrival, one batch at a time. Writes that arrive during a batch make up
 * the next batch. After a failure all waiting writes fail too, because they build on changes that
 * did not happen.
 */
export class WriteQueue {
  readonly #store: Store
  #waiting: QueuedWrite[] = []
  #running: Promise<void> | undefined
  #isSuspended = false

  constructor(store: Store) {
    this.#store = store
  }

  /**
   * Queues changes that belong together. Resolves when the store has them.
   *
   * @param onSettled runs as soon as the store has accepted the changes or failed, before any other
   *   code
   * @throws Refusal ServiceUnavailable when the store fails
   */
  write(changes: readonly StoreChange[], onSettled?: (isStored: boolean) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#add({
        changes,
        settle: (error) => {
          onSettled?.(error === undefined)
          if (error === undefined) resolve()
          else reject(new Refusal('ServiceUnavailable', 'The hub could not store the change', { cause: error }))
        },
      })
    })
  }

  #add(write: QueuedWrite): void {
    if (this.#isSuspended) return write.settle(new Error('The hub is being restored'))
    this.#waiting.push(write)
    this.#running ??= this.#run()
  }

  /** Resolves when no write is waiting. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** Refuses new writes, and resolves when no write is waiting. */
  async suspend(): Promise<void> {
    this.#isSuspended = true
    await this.idle()
  }

  resume(): void {
    this.#isSuspended = false
  }

  async #run(): Promise<void> {
    // A turn of the event loop puts all writes from the same read of the sockets into one batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#store.write(lastOfEachKey(batch))
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

function lastOfEachKey(batch: readonly QueuedWrite[]): StoreChange[] {
  const last = new Map<string, StoreChange>()
  for (const { changes } of batch) for (const change of changes) last.set(change.key, change)
  return [...last.values()]
}
