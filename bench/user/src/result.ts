import type { Round } from './device.ts'
import { type Plan, TRANSPORTS, type Transport } from './plan.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** The figures of a transport. Times are milliseconds. */
export interface Figures {
  readonly timeToFirstTwin: Spread
  /** `timeToFirstTwin` in round trips; absent if the hub is too near to estimate them. */
  readonly roundTripsToFirstTwin?: Spread
  readonly report?: Spread
  /** In sequence, without the pauses between reports. */
  readonly sequentialReportsPerSecond?: Spread
  readonly reportsPerSecondWithoutWaiting?: Spread
}

export interface Result {
  readonly hub: string
  readonly node: string
  readonly plan: Plan
  readonly roundTripTime: Spread
  readonly transports: Readonly<Record<Transport, Figures>>
  readonly rounds: Readonly<Record<Transport, readonly Round[]>>
}

/** Below this round-trip time, the work of both sides outweighs the network. */
const SHORTEST_ROUND_TRIP_IN_MS = 1

export function figuresOf(rounds: readonly Round[], { burst }: Plan, roundTripTime: Spread): Figures {
  const open = spreadOf(rounds.map((round) => round.open))
  const reports = rounds.flatMap((round) => round.reports)
  const bursts = rounds.flatMap((round) => (round.burst === undefined ? [] : [(1000 * burst) / round.burst]))
  const roundTrip = roundTripTime.median
  return {
    timeToFirstTwin: open,
    ...(roundTrip >= SHORTEST_ROUND_TRIP_IN_MS && {
      roundTripsToFirstTwin: scaled(open, (value) => value / roundTrip),
    }),
    ...(reports.length > 0 && {
      report: spreadOf(reports),
      sequentialReportsPerSecond: spreadOf(reports.map((time) => 1000 / time)),
    }),
    ...(bursts.length > 0 && { reportsPerSecondWithoutWaiting: spreadOf(bursts) }),
  }
}

/** Formats a result as lines: medians, and the quartiles in parentheses. */
export function textOf({ roundTripTime, transports }: Result): string {
  const rows: (readonly string[])[] = [
    ['median (quartiles)', ...TRANSPORTS],
    ['time to first twin, ms', ...cells(transports, 'timeToFirstTwin', 0)],
    ['the same in round trips', ...cells(transports, 'roundTripsToFirstTwin', 1)],
    ['report, ms', ...cells(transports, 'report', 1)],
    ['reports per second, in turn', ...cells(transports, 'sequentialReportsPerSecond', 0)],
    ['reports per second, without waiting', ...cells(transports, 'reportsPerSecondWithoutWaiting', 0)],
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const isNear = roundTripTime.median < SHORTEST_ROUND_TRIP_IN_MS
  return [
    `Round-trip time (TCP handshake): ${shown(roundTripTime, 2)} ms`,
    ...(isNear ? ['The hub is too near to estimate round trips.'] : []),
    '',
    ...lines,
  ].join('\n')
}

function cells(transports: Result['transports'], name: keyof Figures, digits: number): readonly string[] {
  return TRANSPORTS.map((transport) => {
    const spread = transports[transport][name]
    return spread === undefined ? '–' : shown(spread, digits)
  })
}

function shown({ lower, median, upper }: Spread, digits: number): string {
  const [low, middle, high] = [lower, median, upper].map((value) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  return `${middle} (${low} to ${high})`
}

function scaled({ lower, median, upper }: Spread, scale: (value: number) => number): Spread {
  return { lower: scale(lower), median: scale(median), upper: scale(upper) }
}
