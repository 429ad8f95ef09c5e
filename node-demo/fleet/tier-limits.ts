/** The tiers of IoT Hub. The basic tiers have no twins. */
export const TIERS = ['F1', 'B1', 'B2', 'B3', 'S1', 'S2', 'S3'] as const

export type Tier = (typeof TIERS)[number]

/** A tier and its number of units. */
export interface HubSize {
  readonly tier: Tier
  readonly units: number
}

/** The limits of a hub that a fleet of devices reaches first. */
export interface HubLimits {
  /** New connections per second. */
  readonly connections: number
  /** Telemetry messages per second. */
  readonly telemetry: number
  /** Per second; 0 in the basic tiers. */
  readonly twinReads: number
  /** Reported and desired updates together, per second; 0 in the basic tiers. */
  readonly twinUpdates: number
  readonly messagesPerDay: number
  /** Requests to the registry per minute. */
  readonly registryPerMinute: number
  /** A longer message counts as several. */
  readonly bytesPerMessage: number
}

/** The number of units that a customer can buy without contacting Microsoft Support. */
export const MAX_UNITS: Readonly<Record<Tier, number>> = { F1: 1, B1: 200, B2: 200, B3: 10, S1: 200, S2: 200, S3: 10 }

/** Devices and modules of a hub. */
export const MAX_DEVICES = 1_000_000

const MESSAGES_PER_DAY_AND_UNIT = { 1: 400_000, 2: 6_000_000, 3: 300_000_000 } as const

export function hasTwins(tier: Tier): boolean {
  return !tier.startsWith('B')
}

/**
 * Returns the limits of a hub: throttles, quota, and metering (docs/protocol/device.md §6 and
 * docs/protocol/device.md §1.5).
 *
 * @throws RangeError for a number of units that the tier does not have
 */
export function limitsOf({ tier, units }: HubSize): HubLimits {
  if (!Number.isInteger(units) || units < 1 || units > MAX_UNITS[tier]) {
    throw new RangeError(`${tier} has 1 to ${MAX_UNITS[tier]} units, not ${units}`)
  }
  const row = tier === 'F1' ? 1 : (Number(tier[1]) as 1 | 2 | 3)
  const pick = (first: number, second: number, third: number): number => [first, second, third][row - 1] ?? first
  const sends = pick(Math.max(100, 12 * units), 120 * units, 6000 * units)
  const twins = hasTwins(tier) ? 1 : 0
  return {
    connections: sends,
    telemetry: sends,
    twinReads: twins * pick(100, Math.max(100, 10 * units), 500 * units),
    twinUpdates: twins * pick(50, Math.max(50, 5 * units), 250 * units),
    messagesPerDay: tier === 'F1' ? 8000 : MESSAGES_PER_DAY_AND_UNIT[row] * units,
    registryPerMinute: pick(100, 100, 5000) * units,
    bytesPerMessage: tier === 'F1' ? 512 : 4096,
  }
}

/**
 * Returns the number of devices that can connect per second. Each new connection reads its twin, so
 * the limit of twin reads counts too.
 */
export function connectRateOf({ connections, twinReads }: HubLimits): number {
  return twinReads === 0 ? connections : Math.min(connections, twinReads)
}
