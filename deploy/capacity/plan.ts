import { type HubLimits, limitsOf, MAX_DEVICES, MAX_UNITS } from '../../node-demo/fleet/tier-limits.ts'
import type { Tier } from './tiers.ts'

/** A fleet of kiosks, and the habits of each. */
export interface Fleet {
  readonly kiosks: number
  /** The lifetime of a device password (`--sas-minutes`). */
  readonly passwordMinutes: number
  /** Reports of a kiosk per hour. Each is a twin update. */
  readonly reportsPerHour: number
  /** Desired changes of a kiosk per day. Each is an update, and a notification to the kiosk. */
  readonly desiredPerDay: number
  /** Lost connections of a kiosk per day, in addition to the renewals of its password. */
  readonly lossesPerDay: number
  /** The time in which all kiosks have to be back after an outage of the network. */
  readonly minutesToRecover: number
}

/** A token service: its instances, and the passwords that an instance gives per second. */
export interface Service {
  /** bench/token-service.md measures it for a machine. */
  readonly passwordsPerSecondAndInstance: number
}

/** The work of a fleet without an outage. */
export interface Load {
  readonly passwordsPerHour: number
  readonly connectionsPerSecond: number
  readonly twinReadsPerSecond: number
  readonly twinUpdatesPerSecond: number
  readonly messagesPerDay: number
}

/** How long the whole fleet takes to be back after an outage, and what limits it. */
export interface Herd {
  readonly seconds: number
  readonly limit: 'token service' | 'new connections' | 'twin reads'
  /** Passwords per second at the peak. */
  readonly passwordsPerSecond: number
}

export type Plan =
  | {
      readonly type: 'fits'
      readonly tier: Tier
      readonly units: number
      readonly instances: number
      readonly herd: Herd
      /** Whether `--key device` fits into the registry's limit. */
      readonly allowsDeviceKeys: boolean
    }
  /** Not even the most units of the tier suffice. */
  | { readonly type: 'too small'; readonly tier: Tier; readonly limit: string }

/** hubtwin renews so long before the expiry, but at most half of the lifetime (core/README.md). */
const RENEWAL_MARGIN_IN_MINUTES = 15
const HOURS_PER_DAY = 24
const SECONDS_PER_HOUR = 3600
/** A half of the measured capacity: the other half is for the loss of an instance. */
const TARGET_LOAD = 0.5
/** A single instance would be a single point of failure. */
const MIN_INSTANCES = 2

/** Returns the time between two passwords of a kiosk. Each takes a new connection. */
export function renewalIntervalInMinutes(passwordMinutes: number): number {
  return passwordMinutes - Math.min(RENEWAL_MARGIN_IN_MINUTES, passwordMinutes / 2)
}

export function loadOf(fleet: Fleet): Load {
  const renewalsPerHour = 60 / renewalIntervalInMinutes(fleet.passwordMinutes)
  const connectionsPerHour = renewalsPerHour + fleet.lossesPerDay / HOURS_PER_DAY
  const perSecond = (perHour: number): number => (fleet.kiosks * perHour) / SECONDS_PER_HOUR
  return {
    passwordsPerHour: fleet.kiosks * renewalsPerHour,
    connectionsPerSecond: perSecond(connectionsPerHour),
    twinReadsPerSecond: perSecond(connectionsPerHour),
    twinUpdatesPerSecond: perSecond(fleet.reportsPerHour + fleet.desiredPerDay / HOURS_PER_DAY),
    // A twin read, a report, and a desired change with its notification are messages of the quota
    // (docs/protocol/device.md §6).
    messagesPerDay: Math.ceil(
      fleet.kiosks * (HOURS_PER_DAY * (connectionsPerHour + fleet.reportsPerHour) + 2 * fleet.desiredPerDay),
    ),
  }
}

/**
 * Computes the herd after an outage: every kiosk asks for a password, connects, and reads its twin.
 * The slowest of the three decides.
 */
export function herdOf(kiosks: number, limits: HubLimits, passwordsPerSecond: number): Herd {
  const rates = [
    ['token service', passwordsPerSecond],
    ['new connections', limits.connections],
    ['twin reads', limits.twinReads],
  ] as const
  const [limit, rate] = rates.reduce((slowest, each) => (each[1] < slowest[1] ? each : slowest))
  return { seconds: Math.ceil(kiosks / rate), limit, passwordsPerSecond: Math.min(rate, kiosks) }
}

/** Finds the fewest units of a tier, and the fewest instances, that carry the fleet. */
export function planOf(fleet: Fleet, tier: Tier, { passwordsPerSecondAndInstance }: Service): Plan {
  const load = loadOf(fleet)
  if (fleet.kiosks > MAX_DEVICES) return { type: 'too small', tier, limit: 'devices of a hub' }
  let limit = ''
  for (let units = 1; units <= MAX_UNITS[tier]; units += 1) {
    const limits = limitsOf({ tier, units })
    limit = exceededLimit(fleet, limits, load) ?? ''
    if (limit !== '') continue
    // The instances must keep up with the hub, or with the time to recover if that is slower.
    const wanted = Math.max(load.passwordsPerHour / SECONDS_PER_HOUR, fleet.kiosks / (fleet.minutesToRecover * 60))
    const instances = Math.max(MIN_INSTANCES, Math.ceil(wanted / (passwordsPerSecondAndInstance * TARGET_LOAD)))
    return {
      type: 'fits',
      tier,
      units,
      instances,
      herd: herdOf(fleet.kiosks, limits, instances * passwordsPerSecondAndInstance),
      allowsDeviceKeys: wanted * 60 <= limits.registryPerMinute,
    }
  }
  return { type: 'too small', tier, limit }
}

function exceededLimit(fleet: Fleet, limits: HubLimits, load: Load): string | undefined {
  if (load.connectionsPerSecond > limits.connections) return 'new connections'
  if (load.twinReadsPerSecond > limits.twinReads) return 'twin reads'
  if (load.twinUpdatesPerSecond > limits.twinUpdates) return 'twin updates'
  if (load.messagesPerDay > limits.messagesPerDay) return 'messages per day'
  const { seconds } = herdOf(fleet.kiosks, limits, Infinity)
  return seconds > fleet.minutesToRecover * 60 ? 'the herd after an outage' : undefined
}
