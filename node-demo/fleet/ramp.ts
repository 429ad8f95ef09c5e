/**
 * The pace at which a fleet connects: it halves after a bad second and grows again slowly. A hub
 * that throttles rejects a connection with code 5, exactly as it rejects a wrong key
 * (docs/protocol/protocol.md §1.5). Therefore the share of failures decides.
 */
export interface Ramp {
  /** New connections per second now. */
  readonly rate: number
  readonly maxRate: number
  /** Connections that may start at once. Retries can make it negative. */
  readonly credit: number
  readonly at: number
  readonly retries: number
  /** The counts at the last judgment of the rate. */
  readonly lastCheck: { readonly at: number; readonly attempts: number; readonly failures: number }
}

/** Counts since the start. */
export interface RampInput {
  /** Milliseconds; never decreases. */
  readonly now: number
  /** Attempts to connect, retries included. */
  readonly attempts: number
  readonly retries: number
  /** Attempts that failed. */
  readonly failures: number
  /** Devices that connect or synchronize now. */
  readonly opening: number
}

/** With a higher share of failures in a second, the hub is overloaded. */
const FAILURES_TO_BACK_OFF = 0.1

/** The slowest pace is a share of the fastest: devices with wrong keys must not stop the others. */
const SLOWEST = 0.05

const STEP_UP = 0.05

/** The fleet waits while the hub is this many seconds behind. */
const SECONDS_BEHIND = 5

const LONGEST_BURST_IN_SECONDS = 0.25
const LONGEST_DEBT_IN_SECONDS = 1

export function newRamp(maxRate: number, now: number): Ramp {
  return { rate: maxRate, maxRate, credit: 1, at: now, retries: 0, lastCheck: { at: now, attempts: 0, failures: 0 } }
}

/** @returns the next state, and the number of devices to start now */
export function nextRamp(before: Ramp, input: RampInput): readonly [ramp: Ramp, starts: number] {
  const ramp = adjustRate(before, input)
  const earned = ramp.credit + (ramp.rate * (input.now - ramp.at)) / 1000
  // A retry takes the place of a new device, but old retries must not stop the fleet for long.
  const paid = Math.min(earned, Math.max(1, ramp.rate * LONGEST_BURST_IN_SECONDS)) - (input.retries - ramp.retries)
  const credit = Math.max(paid, -ramp.rate * LONGEST_DEBT_IN_SECONDS)
  const isBehind = input.opening >= Math.max(10, ramp.rate * SECONDS_BEHIND)
  const starts = isBehind ? 0 : Math.max(0, Math.floor(credit))
  return [{ ...ramp, at: input.now, retries: input.retries, credit: credit - starts }, starts]
}

/** Adjusts the rate once a second. */
function adjustRate(ramp: Ramp, { now, attempts, failures }: RampInput): Ramp {
  const { lastCheck, maxRate } = ramp
  if (now - lastCheck.at < 1000) return ramp
  const made = attempts - lastCheck.attempts
  const isBad = made > 0 && failures - lastCheck.failures > made * FAILURES_TO_BACK_OFF
  const rate = isBad
    ? Math.max(ramp.rate / 2, maxRate * SLOWEST)
    : Math.min(ramp.rate + (made > 0 ? maxRate * STEP_UP : 0), maxRate)
  return { ...ramp, rate, lastCheck: { at: now, attempts, failures } }
}
