/** The tiers of IoT Hub with twins. The basic tiers have none. */
export const TIERS = ['S1', 'S2', 'S3'] as const

export type Tier = (typeof TIERS)[number]

/** The limits of a hub that a fleet of kiosks meets first. */
export interface HubLimits {
  /** New connections per second. */
  readonly connections: number
  /** Per second. */
  readonly twinReads: number
  /** Reported and desired updates together, per second. */
  readonly twinUpdates: number
  readonly messagesPerDay: number
  /** Requests to the registry per minute: `--key device` reads it for each password. */
  readonly registryPerMinute: number
}

/** The units that a customer can buy without a call to Microsoft Support. */
export const MAX_UNITS: Readonly<Record<Tier, number>> = { S1: 200, S2: 200, S3: 10 }

/** The price of a unit, as a multiple of a unit of S1 (IoT Hub pricing). */
export const RELATIVE_PRICE: Readonly<Record<Tier, number>> = { S1: 1, S2: 10, S3: 100 }

/** Devices and modules of a hub. */
export const MAX_DEVICES = 1_000_000

const MESSAGES_PER_DAY_AND_UNIT: Readonly<Record<Tier, number>> = { S1: 400_000, S2: 6_000_000, S3: 300_000_000 }

/**
 * Returns the limits of a hub: throttles, quota, and metering (docs/protocol/device.md §6 and
 * docs/protocol/device.md §1.5).
 *
 * @throws RangeError for a number of units that the tier does not have
 */
export function limitsOf({ tier, units }: { readonly tier: Tier; readonly units: number }): HubLimits {
  if (!Number.isInteger(units) || units < 1 || units > MAX_UNITS[tier]) {
    throw new RangeError(`${tier} has 1 to ${MAX_UNITS[tier]} units, not ${units}`)
  }
  const pick = (first: number, second: number, third: number): number => ({ S1: first, S2: second, S3: third })[tier]
  return {
    connections: pick(Math.max(100, 12 * units), 120 * units, 6000 * units),
    twinReads: pick(100, Math.max(100, 10 * units), 500 * units),
    twinUpdates: pick(50, Math.max(50, 5 * units), 250 * units),
    messagesPerDay: MESSAGES_PER_DAY_AND_UNIT[tier] * units,
    registryPerMinute: pick(100, 100, 5000) * units,
  }
}
