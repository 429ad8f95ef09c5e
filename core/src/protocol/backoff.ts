export interface Backoff {
  /** The upper bound of the first delay. */
  readonly delayInMs: number
  readonly maxDelayInMs: number
}

/**
 * Exponential back-off with full jitter: a random delay from 0 to the bound, so that a thousand
 * devices that lost the same hub do not reconnect together. The bound doubles with each attempt up
 * to the cap.
 *
 * @param attempt failures so far, from 1
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoffDelay(attempt: number, random: number, { delayInMs, maxDelayInMs }: Backoff): number {
  // 2 ** 30 is above any sensible cap. Without the limit, 2 ** 1024 is Infinity and 0 * Infinity is
  // NaN.
  const bound = Math.min(maxDelayInMs, delayInMs * 2 ** Math.min(attempt - 1, 30))
  return Math.floor(random * bound)
}
