import { type Tier, TIERS } from '../../node-demo/fleet/tier-limits.ts'
import { table } from '../report/markdown.ts'
import { type Fleet, type LimitName, loadOf, type Verdict, verdictOf } from './load.ts'

/** The fleet of the guide's table. */
export const GUIDE_FLEET: Omit<Fleet, 'devices'> = {
  reportsPerHour: 12,
  desiredPerDay: 1,
  // A token of hubtwin lives an hour and is renewed after 45 minutes: 32 connections a day, and two
  // losses.
  connectsPerDay: 34,
  telemetryPerHour: 0,
  bytes: 500,
  twinBytes: 2000,
  minutesToRecover: 60,
}

export const GUIDE_SIZES: readonly number[] = [10_000, 100_000, 1_000_000]

const NAMES: Readonly<Record<LimitName, string>> = {
  connections: 'connections',
  telemetry: 'telemetry',
  twinReads: 'twin reads',
  twinUpdates: 'twin updates',
  messagesPerDay: 'messages per day',
  recovery: 'the herd after an outage',
}

/** A row per number of devices: the load itself, without a hub. */
export function loadTable(sizes: readonly number[], each: Omit<Fleet, 'devices'>): string {
  const rows = sizes.map((devices) => {
    const load = loadOf({ devices, ...each })
    return [count(devices), rate(load.connections), rate(load.twinReads), rate(load.twinUpdates), rate(load.telemetry)]
  })
  return table(['devices', 'connections/s', 'twin reads/s', 'twin updates/s', 'telemetry/s'], rows)
}

/** A row per number of devices and tier: the units, and the effect of the tier's limits. */
export function tierTable(sizes: readonly number[], each: Omit<Fleet, 'devices'>): string {
  const rows = sizes.flatMap((devices) =>
    merged(TIERS.map((tier) => [tier, verdictOf({ devices, ...each }, tier)])).map(([tiers, cells]) => [
      count(devices),
      tiers,
      ...cells,
    ]),
  )
  const head = ['devices', 'tier', 'units', 'tightest limit', 'messages/day', 'throttled/s', 'all back after an outage']
  return table(head, rows)
}

/** Joins neighboring tiers with the same cells into a row, such as `B1 to B3`. */
function merged(verdicts: readonly (readonly [Tier, Verdict])[]): readonly (readonly [string, readonly string[]])[] {
  const rows: { tiers: Tier[]; cells: readonly string[] }[] = []
  for (const [tier, verdict] of verdicts) {
    const cells = verdictCells(verdict)
    const last = rows.at(-1)
    if (last !== undefined && last.cells.join() === cells.join()) last.tiers.push(tier)
    else rows.push({ tiers: [tier], cells })
  }
  return rows.map(({ tiers, cells }) => [tiers.length === 1 ? `${tiers[0]}` : `${tiers[0]} to ${tiers.at(-1)}`, cells])
}

/** Both tables, as `docs/guides/fleet.md` holds them. */
export function guideTables(): string {
  return `${loadTable(GUIDE_SIZES, GUIDE_FLEET)}\n\n${tierTable(GUIDE_SIZES, GUIDE_FLEET)}`
}

function verdictCells(verdict: Verdict): readonly string[] {
  if (verdict.type === 'no twins' || verdict.type === 'too many devices') return ['none', verdict.type, '', '', '']
  const { figures } = verdict
  const [units, reason] =
    verdict.type === 'fits' ? [String(verdict.units), NAMES[verdict.binding]] : ['none', NAMES[verdict.limit]]
  return [
    units,
    reason,
    count(figures.messagesPerDay),
    rate(figures.throttledPerSecond),
    minutes(figures.recoveryInSeconds),
  ]
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function rate(value: number): string {
  return value === 0 ? '0' : value < 10 ? value.toFixed(1) : count(Math.round(value))
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${count(Math.round(seconds / 60))} min`
}
