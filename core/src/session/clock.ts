/** The port to time and randomness; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** From 0 to 1. */
  random(): number
  /** Calls once, after a delay in milliseconds. @returns cancels the call */
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
