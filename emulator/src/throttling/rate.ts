/** An amount in a period, such as 50 in a second or 20 in a minute. */
export interface Rate {
  readonly amount: number
  readonly inSeconds: number
}

export type Spending =
  /** The operation runs after the wait, which is 0 below the rate. */
  { readonly type: 'admitted'; readonly waitInMs: number; readonly paidUntil: number } | { readonly type: 'throttled' }

/**
 * A token bucket, stored as a single number: the time until which past operations have used up the
 * rate. A burst of the rate's amount passes at once. Later operations wait in a queue that drains
 * at the rate. An operation that would wait too long is refused (IoT Hub: quotas and throttling,
 * traffic shaping).
 *
 * @param paidUntil from the previous call, 0 at first
 * @param cost in the unit of the rate's amount
 * @param now milliseconds since 1970
 */
export function spend(
  paidUntil: number,
  { amount, inSeconds }: Rate,
  { cost, now, longestWaitInMs }: { readonly cost: number; readonly now: number; readonly longestWaitInMs: number },
): Spending {
  const periodInMs = inSeconds * 1000
  // A larger debt means that a test has set the clock back.
  const isOwed = paidUntil <= now + periodInMs + longestWaitInMs
  const from = isOwed ? Math.max(paidUntil, now) : now
  const next = from + (cost / amount) * periodInMs
  const waitInMs = Math.max(0, next - now - periodInMs)
  return waitInMs > longestWaitInMs ? { type: 'throttled' } : { type: 'admitted', waitInMs, paidUntil: next }
}
