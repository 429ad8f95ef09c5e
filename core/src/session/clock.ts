/** Time and chance, as a port: a test gives its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** From 0 to 1. */
  random(): number
  /** Calls once, after a delay in milliseconds; the function returned takes that back. */
  after(delayInMs: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(delayInMs, call) {
    const timer = setTimeout(call, delayInMs)
    return () => clearTimeout(timer)
  },
}
