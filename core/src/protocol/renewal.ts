/**
 * A timer stands still while a machine sleeps, and a clock may be set at any time: so the clock is asked again after this
 * at the latest. It is also well within the 31 bits that a timer of a JavaScript runtime holds.
 */
const MAX_TIMER_IN_MS = 10 * 60_000

/** A token lives longer than this, or it isn't worth the change of connection. */
const MIN_LIFE_IN_MS = 60_000

/** How long a token is trusted that looks expired and that the hub took: the clock of the device is wrong, not the token. */
const LIFE_BY_A_WRONG_CLOCK_IN_MS = 60 * 60_000

/**
 * When to ask for the next token: a margin before this one expires, or half-way where its life is too short for that.
 *
 * @param expiresAt milliseconds since 1970
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970
 */
export function renewalTime(expiresAt: number, now: number, marginInSeconds: number): number {
  const left = expiresAt > now ? expiresAt - now : LIFE_BY_A_WRONG_CLOCK_IN_MS
  return now + Math.max(left - marginInSeconds * 1000, left / 2, Math.min(left, MIN_LIFE_IN_MS))
}

/** How long a timer for a time may run; it may fire before that time, and the clock is to be asked again then. */
export function timerDelay(until: number, now: number): number {
  return Math.min(Math.max(until - now, 0), MAX_TIMER_IN_MS)
}
