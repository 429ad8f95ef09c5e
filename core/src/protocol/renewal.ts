/** A timer of a JavaScript runtime holds 31 bits of milliseconds; a longer one fires at once. */
const MAX_TIMER_IN_MS = 2 ** 31 - 1

/** A clock that is wrong by more than a token's life makes each token look expired: renew at this pace and not in a storm. */
const MIN_LIFETIME_IN_MS = 60_000

/**
 * When to ask for the next token: a margin before this one expires, or half-way where its life is too short for that.
 *
 * @param expiresAt milliseconds since 1970
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970
 */
export function renewalTime(expiresAt: number, now: number, marginInSeconds: number): number {
  const left = expiresAt - now
  return now + Math.max(left - marginInSeconds * 1000, left / 2, MIN_LIFETIME_IN_MS)
}

/** How long a timer for a time may run; it may fire before that time, and the clock is to be asked again then. */
export function timerDelay(until: number, now: number): number {
  return Math.min(Math.max(until - now, 0), MAX_TIMER_IN_MS)
}
