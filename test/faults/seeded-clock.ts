import { createHash } from 'node:crypto'
import type { Clock } from '../../core/src/session/clock.ts'

/** The real time with repeatable randomness. */
export interface SeededClock extends Clock {
  /** The number of pending timers. */
  readonly pending: number
  /** Sets the clock. Pending timers keep their delay, as on a real machine. */
  jump(byInMs: number): void
}

/** Hashes a counter: slow for a random generator, but the same on every machine. */
function createRandom(seed: number): () => number {
  let count = 0
  return () => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() / 2 ** 32
}

export function createSeededClock(seed: number): SeededClock {
  let pending = 0
  let aheadInMs = 0
  return {
    now: () => Date.now() + aheadInMs,
    random: createRandom(seed),
    after(delayInMs, call) {
      pending++
      let isOver = false
      const end = (): void => {
        if (!isOver) pending--
        isOver = true
      }
      const timer = setTimeout(() => {
        end()
        call()
      }, delayInMs)
      return () => {
        clearTimeout(timer)
        end()
      }
    },
    get pending() {
      return pending
    },
    jump(byInMs) {
      aheadInMs += byInMs
    },
  }
}
