export type Tier = 'S1' | 'S2' | 'S3' | 'local'

interface Limits {
  readonly twinReads: number
  readonly twinUpdates: number
}

/** What a hub takes in a second (IoT Hub: "quotas and throttling", operation throttles), by the number of units. */
const LIMITS: Readonly<Record<Tier, (units: number) => Limits>> = {
  S1: () => ({ twinReads: 100, twinUpdates: 50 }),
  S2: (units) => ({ twinReads: Math.max(100, 10 * units), twinUpdates: Math.max(50, 5 * units) }),
  S3: (units) => ({ twinReads: 500 * units, twinUpdates: 250 * units }),
  // The hub of this machine has no limit of its own; this keeps the machine usable.
  local: () => ({ twinReads: 500, twinUpdates: 500 }),
}

/** In the order of their size; the free tier has the limits of S1. */
export const tiers: readonly Tier[] = ['S1', 'S2', 'S3', 'local']

/** How fast a rollout goes, in requests a second. */
export interface Pace {
  readonly readsPerSecond: number
  readonly updatesPerSecond: number
}

/**
 * Half of what a tier takes: the devices' own reports are updates too, and other back ends want to read.
 *
 * @param rate updates a second, in the tier's place
 */
export function paceOf(tier: Tier, units: number, rate?: number): Pace {
  const { twinReads, twinUpdates } = LIMITS[tier](units)
  return { readsPerSecond: twinReads / 2, updatesPerSecond: rate ?? twinUpdates / 2 }
}
