import {
  connectRateOf,
  hasTwins,
  type HubLimits,
  limitsOf,
  MAX_DEVICES,
  MAX_UNITS,
  type Tier,
} from '../../node-demo/fleet/tier-limits.ts'

/** A fleet, and the operations of each device. */
export interface Fleet {
  readonly devices: number
  /** Per device. A report is a twin update. */
  readonly reportsPerHour: number
  /**
   * Per device. A desired change is an update by the back end, and a notification to the device.
   */
  readonly desiredPerDay: number
  /** Per device: losses of the network, restarts, and token renewals. Each reads the twin. */
  readonly connectsPerDay: number
  /** Telemetry messages per device. */
  readonly telemetryPerHour: number
  /** The size of a report, a desired change, and a telemetry message. */
  readonly bytes: number
  /** The size of a whole twin without tags. */
  readonly twinBytes: number
  /** The time in which all devices have to be back after an outage of the hub or the network. */
  readonly minutesToRecover: number
}

/** The operations of a fleet per second, on average. */
export interface Load {
  readonly connections: number
  readonly telemetry: number
  readonly twinReads: number
  readonly twinUpdates: number
}

export type LimitName = keyof Load | 'messagesPerDay' | 'recovery'

/** The result for a fleet in a tier. */
export type Verdict =
  /** `binding` is the limit that demands the most units. */
  | { readonly type: 'fits'; readonly units: number; readonly binding: LimitName; readonly figures: Figures }
  /** Even the maximum number of units does not suffice. */
  | { readonly type: 'too small'; readonly limit: LimitName; readonly figures: Figures }
  | { readonly type: 'no twins' }
  | { readonly type: 'too many devices' }

export interface Figures {
  readonly messagesPerDay: number
  /** The share of each limit that the load takes, with these units. */
  readonly shares: Readonly<Record<LimitName, number>>
  /** From the end of an outage until the last device is back, at the tier's rates. */
  readonly recoveryInSeconds: number
  /** Operations per second above the limits; the hub delays and then rejects them. */
  readonly throttledPerSecond: number
}

const SECONDS_PER_DAY = 86_400

export function loadOf({ devices, ...each }: Fleet): Load {
  return {
    connections: (devices * each.connectsPerDay) / SECONDS_PER_DAY,
    telemetry: (devices * each.telemetryPerHour) / 3600,
    twinReads: (devices * each.connectsPerDay) / SECONDS_PER_DAY,
    twinUpdates: devices * (each.reportsPerHour / 3600 + each.desiredPerDay / SECONDS_PER_DAY),
  }
}

/**
 * Counts the messages of a day. Connecting and keep-alive are free; a desired change counts as an
 * update and as a notification (docs/protocol/device.md §6).
 */
export function messagesPerDay(fleet: Fleet, bytesPerMessage: number): number {
  const chunks = (bytes: number): number => Math.max(1, Math.ceil(bytes / bytesPerMessage))
  const small = 24 * (fleet.reportsPerHour + fleet.telemetryPerHour) + 2 * fleet.desiredPerDay
  return Math.ceil(fleet.devices * (small * chunks(fleet.bytes) + fleet.connectsPerDay * chunks(fleet.twinBytes)))
}

/** The herd after an outage: every device connects and reads its twin, at the pace of the hub. */
export function recoveryInSeconds(devices: number, limits: HubLimits): number {
  return Math.ceil(devices / connectRateOf(limits))
}

/** Finds the fewest units of a tier that carry the fleet. */
export function verdictOf(fleet: Fleet, tier: Tier): Verdict {
  const needsTwins = fleet.reportsPerHour + fleet.desiredPerDay > 0
  if (needsTwins && !hasTwins(tier)) return { type: 'no twins' }
  // The free tier allows 500 devices (IoT Hub: pricing).
  if (fleet.devices > (tier === 'F1' ? 500 : MAX_DEVICES)) return { type: 'too many devices' }
  const mostUnits = MAX_UNITS[tier]
  let before: Figures | undefined
  for (let units = 1; units <= mostUnits; units++) {
    const figures = figuresOf(fleet, limitsOf({ tier, units }))
    if (Object.values(figures.shares).every((share) => share <= 1)) {
      return { type: 'fits', units, binding: highestShare(before ?? figures), figures }
    }
    before = figures
  }
  const figures = figuresOf(fleet, limitsOf({ tier, units: mostUnits }))
  return { type: 'too small', limit: highestShare(figures), figures }
}

function figuresOf(fleet: Fleet, limits: HubLimits): Figures {
  const load = loadOf(fleet)
  const messages = messagesPerDay(fleet, limits.bytesPerMessage)
  const recovery = recoveryInSeconds(fleet.devices, limits)
  const isLimited = (name: keyof Load): boolean => limits[name] > 0
  const names = (['connections', 'telemetry', 'twinReads', 'twinUpdates'] as const).filter(isLimited)
  const shareOf = (name: keyof Load): number => (isLimited(name) ? load[name] / limits[name] : 0)
  return {
    messagesPerDay: messages,
    recoveryInSeconds: recovery,
    throttledPerSecond: names.reduce((sum, name) => sum + Math.max(0, load[name] - limits[name]), 0),
    shares: {
      connections: shareOf('connections'),
      telemetry: shareOf('telemetry'),
      twinReads: shareOf('twinReads'),
      twinUpdates: shareOf('twinUpdates'),
      messagesPerDay: messages / limits.messagesPerDay,
      recovery: recovery / (fleet.minutesToRecover * 60),
    },
  }
}

function highestShare({ shares }: Figures): LimitName {
  const names = Object.keys(shares) as LimitName[]
  return names.reduce((highest, name) => (shares[name] > shares[highest] ? name : highest))
}
