export interface Backoff {
  /** the first delay's upper bound */
  readonly delayInMs: number
  readonly maxDelayInMs: number
}

/**
 * Exponential back-off with full jitter: anything from nothing to the bound, so that a thousand devices that lost the
 * same hub do not come back together. The bound doubles with each attempt up to the cap.
 *
 * @param attempt failures so far, from 1
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoffDelay(attempt: number, random: number, { delayInMs, maxDelayInMs }: Backoff): number {
  // 2 ** 30 is past any sensible cap; without the bound 2 ** 1024 would be Infinity and 0 * Infinity NaN.
  const bound = Math.min(maxDelayInMs, delayInMs * 2 ** Math.min(attempt - 1, 30))
  return Math.floor(random * bound)
}
