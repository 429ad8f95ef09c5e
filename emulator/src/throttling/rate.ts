/** So much in a time, as IoT Hub's operation throttles are given: fifty in a second, twenty in a minute. */
export interface Rate {
  readonly amount: number
  readonly inSeconds: number
}

export type Spending =
  /** Carried out, in a while where the rate is exceeded. */
  { readonly type: 'admitted'; readonly waitInMs: number; readonly paidUntil: number } | { readonly type: 'throttled' }

/**
 * A token bucket, kept as one number: until when what was carried out so far has used up the rate. What the rate has for its time may come at
 * once; what comes after that waits in a queue and is carried out at the rate; what would wait too long is refused (IoT Hub: traffic shaping).
 *
 * @param paidUntil of the spending before, 0 at first
 * @param cost in the unit of the rate's amount
 * @param now milliseconds since 1970
 */
export function spend(
  paidUntil: number,
  { amount, inSeconds }: Rate,
  { cost, now, longestWaitInMs }: { readonly cost: number; readonly now: number; readonly longestWaitInMs: number },
): Spending {
  const periodInMs = inSeconds * 1000
  // More than that is never owed: the clock has been set back, and must not leave a debt of years.
  const isOwed = paidUntil > now && paidUntil <= now + periodInMs + longestWaitInMs
  const from = isOwed ? paidUntil : now
  const next = from + (cost / amount) * periodInMs
  const waitInMs = Math.max(0, next - now - periodInMs)
  return waitInMs > longestWaitInMs ? { type: 'throttled' } : { type: 'admitted', waitInMs, paidUntil: next }
}
