import { type Row, table } from '../../bench/report/markdown.ts'
import { RELATIVE_PRICE, type Tier, TIERS } from './tiers.ts'
import { type Fleet, loadOf, planOf, type Service } from './plan.ts'

/** Passwords of an hour, a report every five minutes, and a change and two losses a day. */
export const DEFAULT_FLEET: Omit<Fleet, 'kiosks'> = {
  passwordMinutes: 60,
  reportsPerHour: 12,
  desiredPerDay: 1,
  lossesPerDay: 2,
  minutesToRecover: 60,
}

export const SIZES: readonly number[] = [1_000, 10_000, 100_000, 1_000_000]

/** A row per size: the work without an outage. */
export function loadTable(sizes: readonly number[], each: Omit<Fleet, 'kiosks'>): string {
  const head = ['kiosks', 'passwords/hour', 'connections/s', 'twin reads/s', 'twin updates/s', 'messages/day']
  const rows = sizes.map((kiosks) => {
    const load = loadOf({ kiosks, ...each })
    const rates = [load.connectionsPerSecond, load.twinReadsPerSecond, load.twinUpdatesPerSecond]
    return [count(kiosks), count(load.passwordsPerHour), ...rates.map(rate), count(load.messagesPerDay)]
  })
  return table(head, rows)
}

/** A row per size and tier: the units, the instances, and the time after an outage. */
export function planTable(sizes: readonly number[], each: Omit<Fleet, 'kiosks'>, service: Service): string {
  const head = [
    'kiosks',
    'tier',
    'units',
    'price in S1 units',
    'instances',
    'all back after an outage',
    'limited by',
    '`--key device`',
  ]
  const rows = sizes.flatMap((kiosks) => TIERS.map((tier) => planRow({ kiosks, ...each }, tier, service)))
  return table(head, rows)
}

function planRow(fleet: Fleet, tier: Tier, service: Service): Row {
  const plan = planOf(fleet, tier, service)
  if (plan.type === 'too small') return [count(fleet.kiosks), tier, 'too small', '', '', '', plan.limit, '']
  const { units, instances, herd, allowsDeviceKeys } = plan
  return [
    count(fleet.kiosks),
    tier,
    String(units),
    count(units * RELATIVE_PRICE[tier]),
    String(instances),
    duration(herd.seconds),
    herd.limit,
    allowsDeviceKeys ? 'yes' : 'no',
  ]
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function rate(value: number): string {
  return value < 10 ? value.toFixed(1) : count(value)
}

export function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${count(seconds / 60)} min`
}
