import type { Clock } from '../../core/src/session/clock.ts'

export interface FakeClock extends Clock {
  /** Moves time on, and runs what is due in its order; promises in between are left to settle. */
  advance(byInMs: number): Promise<void>
  /** How many calls are still to come: what a closed twin leaves behind. */
  readonly pending: number
}

export function createFakeClock(): FakeClock {
  let now = 1_700_000_000_000
  let timers: { readonly at: number; readonly call: () => void }[] = []
  return {
    now: () => now,
    random: () => 0.5,
    after(delayInMs, call) {
      const timer = { at: now + delayInMs, call }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async advance(byInMs) {
      const until = now + byInMs
      for (;;) {
        await settle()
        const [due] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (due === undefined) break
        timers = timers.filter((other) => other !== due)
        now = Math.max(now, due.at)
        due.call()
      }
      now = until
    },
    get pending() {
      return timers.length
    },
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
