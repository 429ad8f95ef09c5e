import type { Rate } from './rate.ts'

/**
 * The tiers of IoT Hub that support twins.
 * @example
 * ```ts
 * import { startHub, type Tier } from 'hubtwin-emulator'
 *
 * const tier: Tier = 'S1'
 * const hub = await startHub({ tier, units: 2 })
 * await hub.close()
 * ```
 */
export type Tier = 'F1' | 'S1' | 'S2' | 'S3'

export const TIERS: readonly Tier[] = ['F1', 'S1', 'S2', 'S3']

/** The operations with their own rate limit, which holds for the whole hub. */
export type Metered =
  | 'registry'
  | 'connections'
  | 'telemetry'
  | 'cloudMessages'
  /** In KB, rounded up to multiples of 4 KB. */
  | 'methods'
  | 'queries'
  | 'twinReads'
  | 'twinUpdates'
  | 'jobs'
  | 'jobDevices'
  | 'configurations'

/** A tier and its number of units. */
export interface Size {
  readonly tier: Tier
  readonly units: number
}

/**
 * The rate limits of a hub (IoT Hub: quotas and throttling, operation throttles).
 *
 * @throws RangeError for an unknown tier or an invalid number of units
 */
export function ratesOf({ tier, units }: Size): Readonly<Record<Metered, Rate>> {
  if (!TIERS.includes(tier)) throw new RangeError(`tier must be ${TIERS.join(', ')}, not ${tier}`)
  if (!Number.isInteger(units) || units < 1 || units > 200 || (tier === 'F1' && units > 1)) {
    throw new RangeError(`units must be a whole number from 1 to ${tier === 'F1' ? 1 : 200}, not ${String(units)}`)
  }
  const perMinute = (amount: number): Rate => ({ amount: amount * units, inSeconds: 60 })
  const perSecond = (amount: number): Rate => ({ amount, inSeconds: 1 })
  const row = { F1: 0, S1: 0, S2: 1, S3: 2 }[tier]
  const by = (...values: [free: number, second: number, third: number]): number => values[row] ?? values[0]
  const calls = perMinute(by(100, 100, 5000))
  const messages = perSecond(by(Math.max(100, 12 * units), 120 * units, 6000 * units))
  return {
    registry: calls,
    connections: messages,
    telemetry: messages,
    cloudMessages: calls,
    methods: perSecond(units * by(160, 480, 24 * 1024)),
    queries: perMinute(by(20, 20, 1000)),
    twinReads: perSecond(by(100, Math.max(100, 10 * units), 500 * units)),
    twinUpdates: perSecond(by(50, Math.max(50, 5 * units), 250 * units)),
    jobs: calls,
    jobDevices: perSecond(by(10, Math.max(10, units), 50 * units)),
    configurations: perMinute(20),
  }
}

/** The number of jobs that run at the same time (IoT Hub: quotas and throttling, other limits). */
export function concurrentJobs(tier: Tier): number {
  return { F1: 1, S1: 1, S2: 5, S3: 10 }[tier]
}

/**
 * The number of automatic configurations that a hub may have (IoT Hub: automatic device
 * management).
 */
export function maxConfigurations(tier: Tier | undefined): number {
  return tier === 'F1' ? 10 : 100
}
