/**
 * The times at which a device reports or sends telemetry. Each device has its own pace, so that
 * they do not all send at once.
 */
export interface Schedule {
  /** Infinity: never. */
  readonly everyInMs: number
  /** The deviation of an interval, as a share from 0 to 1. */
  readonly jitter: number
}

/** The first report comes at a random time within the interval, so that a ramp adds no load. */
export function firstReportAt({ everyInMs }: Schedule, now: number, random: number): number {
  return everyInMs === Infinity ? Infinity : now + everyInMs * random
}

/** The mean of all intervals is `everyInMs`. */
export function nextReportAt({ everyInMs, jitter }: Schedule, now: number, random: number): number {
  return everyInMs === Infinity ? Infinity : now + everyInMs * (1 + jitter * (2 * random - 1))
}
