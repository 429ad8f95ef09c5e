export type Tier = 'S1' | 'S2' | 'S3' | 'local'

interface Limits {
  readonly twinReads: number
  readonly twinUpdates: number
}

/**
 * A hub's limits per second by its number of units (IoT Hub: "Quotas and throttling", operation
 * throttles).
 */
const LIMITS: Readonly<Record<Tier, (units: number) => Limits>> = {
  S1: () => ({ twinReads: 100, twinUpdates: 50 }),
  S2: (units) => ({ twinReads: Math.max(100, 10 * units), twinUpdates: Math.max(50, 5 * units) }),
  S3: (units) => ({ twinReads: 500 * units, twinUpdates: 250 * units }),
  // The local hub has no such limit. These limits keep the machine usable.
  local: () => ({ twinReads: 500, twinUpdates: 500 }),
}

/** Sorted by size. The free tier has the limits of S1. */
export const TIERS: readonly Tier[] = ['S1', 'S2', 'S3', 'local']

/** The speed of a rollout, in requests per second. */
export interface Pace {
  readonly readsPerSecond: number
  readonly updatesPerSecond: number
}

/**
 * Returns half of a tier's limits: the devices' reports count as updates too, and other back ends
 * read.
 *
 * @param rate updates per second, in place of the tier's half
 */
export function paceOf(tier: Tier, units: number, rate?: number): Pace {
  const { twinReads, twinUpdates } = LIMITS[tier](units)
  return { readsPerSecond: twinReads / 2, updatesPerSecond: rate ?? twinUpdates / 2 }
}
