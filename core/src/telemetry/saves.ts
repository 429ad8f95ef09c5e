import type { ListStorage } from '../session/list-storage.ts'
import type { Message } from './message.ts'

/** Saves a queue, with a single save at a time. */
export interface Saves {
  /** Saves soon. Calls during a save lead to a single other save. */
  request(): void
  /** Resolves when no save is under way. */
  done(): Promise<void>
}

export function createSaves(storage: ListStorage<Message>, messages: () => readonly Message[]): Saves {
  let running: Promise<void> | undefined
  let isDue = false

  async function run(): Promise<void> {
    while (isDue) {
      // Joins the calls of the same turn.
      await Promise.resolve()
      isDue = false
      await storage.save(messages())
    }
    running = undefined
  }

  return {
    request() {
      isDue = true
      running ??= run()
    },
    done: async () => running,
  }
}
