/**
 * A timer stops while a machine sleeps, and a clock may be set at any time. So the session checks
 * the clock again after this time. It is also well within the 31 bits of a timer in JavaScript.
 */
const MAX_TIMER_IN_MS = 10 * 60_000

/** A token is used for at least this long, because each renewal costs a connection. */
const MIN_LIFE_IN_MS = 60_000

/**
 * The assumed life of a token that looks expired although the hub accepted it: the device's clock
 * is wrong.
 */
const LIFE_BY_A_WRONG_CLOCK_IN_MS = 60 * 60_000

/**
 * When to ask for the next token: a margin before the current token expires, or half-way through a
 * short life.
 *
 * @param expiresAt milliseconds since 1970
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970
 */
export function renewalTime(expiresAt: number, now: number, marginInSeconds: number): number {
  const left = expiresAt > now ? expiresAt - now : LIFE_BY_A_WRONG_CLOCK_IN_MS
  return now + Math.max(left - marginInSeconds * 1000, left / 2, Math.min(left, MIN_LIFE_IN_MS))
}

/** The delay of a timer for a time. It may fire early; check the clock again then. */
export function timerDelay(until: number, now: number): number {
  return Math.min(Math.max(until - now, 0), MAX_TIMER_IN_MS)
}
