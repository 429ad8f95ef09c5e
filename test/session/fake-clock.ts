import type { Clock } from '../../core/src/session/clock.ts'

export interface FakeClock extends Clock {
  /** Advances time and runs the due timers in order. Promises settle in between. */
  advance(byInMs: number): Promise<void>
  /** The number of pending timers, which a closed twin must not leave. */
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

/** Lets every promise settle that can. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
