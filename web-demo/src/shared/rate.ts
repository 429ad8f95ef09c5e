/** The number of events per second, averaged over the last ten seconds. */
export interface Rate {
  count(now: number): void
  perSecond(now: number): number
}

const WINDOW_IN_SECONDS = 10

/** Counts in a bucket per second, which bounds the memory. */
export function createRate(): Rate {
  const buckets = new Map<number, number>()

  function forget(second: number): void {
    for (const each of buckets.keys()) if (each <= second - WINDOW_IN_SECONDS || each > second) buckets.delete(each)
  }

  return {
    count(now) {
      const second = Math.floor(now / 1000)
      buckets.set(second, (buckets.get(second) ?? 0) + 1)
      forget(second)
    },
    perSecond(now) {
      const second = Math.floor(now / 1000)
      forget(second)
      const [sum, first] = [[...buckets.values()].reduce((a, b) => a + b, 0), Math.min(...buckets.keys(), second)]
      // A new fleet has fewer seconds to average over.
      return sum / Math.min(WINDOW_IN_SECONDS, second - first + 1)
    },
  }
}
