import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from './store.ts'

/**
 * Writes in the order of arrival, one batch at a time. Writes that arrive during a batch make up
 * the next batch. After a failure all waiting writes fail too, because they build on changes that
 * did not happen.
 */
export interface WriteQueue {
  /**
   * Queues changes that belong together. Resolves when the store has them.
   *
   * @param onSettled runs as soon as the store has accepted the changes or failed, before any other
   *   code
   * @throws Refusal ServiceUnavailable when the store fails
   */
  write(changes: readonly StoreChange[], onSettled?: (isStored: boolean) => void): Promise<void>
  /** Resolves when no write is waiting. */
  idle(): Promise<void>
  /** Refuses new writes, and resolves when no write is waiting. */
  suspend(): Promise<void>
  resume(): void
}

interface QueuedWrite {
  readonly changes: readonly StoreChange[]
  readonly settle: (error?: unknown) => void
}

export function createWriteQueue(store: Store): WriteQueue {
  let waiting: QueuedWrite[] = []
  let running: Promise<void> | undefined
  let isSuspended = false

  function add(write: QueuedWrite): void {
    if (isSuspended) return write.settle(new Error('The hub is being restored'))
    waiting.push(write)
    running ??= run()
  }

  async function run(): Promise<void> {
    // A turn of the event loop puts all writes from the same read of the sockets into one batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await store.write(lastOfEachKey(batch))
        for (const write of batch) write.settle()
      } catch (error) {
        const failed = [...batch, ...waiting]
        waiting = []
        for (const write of failed) write.settle(error)
      }
    }
    running = undefined
  }

  async function idle(): Promise<void> {
    while (running) await running
  }

  return {
    write: (changes, onSettled) =>
      new Promise((resolve, reject) => {
        add({
          changes,
          settle: (error) => {
            onSettled?.(error === undefined)
            if (error === undefined) resolve()
            else reject(new Refusal('ServiceUnavailable', 'The hub could not store the change', { cause: error }))
          },
        })
      }),
    idle,
    suspend() {
      isSuspended = true
      return idle()
    },
    resume() {
      isSuspended = false
    },
  }
}

function lastOfEachKey(batch: readonly QueuedWrite[]): StoreChange[] {
  const last = new Map<string, StoreChange>()
  for (const { changes } of batch) for (const change of changes) last.set(change.key, change)
  return [...last.values()]
}
