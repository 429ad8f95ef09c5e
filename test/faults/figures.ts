import { Refusal } from 'hubtwin-emulator'
import { TwinError } from '../../core/src/errors.ts'
import type { Device } from './device.ts'
import type { Monitor } from './monitor.ts'
import type { Asked, Play } from './play.ts'

/** The counts of a plan. Without them, a plan in which nothing happens would look successful. */
export type Figures = Readonly<Record<string, number>>

export function takeFigures(
  { seen, handled = [] }: Device,
  { reports, refreshes, sends, calls, messages, log, history }: Play,
  healedInMs: number,
  { mostSockets }: Monitor,
): Figures {
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  let isReady = false
  for (const event of seen) {
    if (event.type === 'delivered') count('deliveries')
    if (event.type === 'status' && event.status.type === 'waiting') count(`waits after ${event.status.error.code}`)
    if (event.type !== 'observed') continue
    const { observation } = event
    if (observation.type === 'sent' && observation.packet === 'CONNECT') count('connects')
    if (observation.type !== 'state') continue
    if (isReady && observation.state === 'opening') count('renewals')
    isReady = observation.state === 'ready'
  }
  for (const { outcome } of reports) count(`reports ${outcome.type}${reasonOf(outcome)}`)
  for (const { outcome } of refreshes) count(`refreshes ${outcome.type}${reasonOf(outcome)}`)
  for (const { outcome } of sends) count(`sends ${outcome.type}${reasonOf(outcome)}`)
  for (const { outcome } of calls) count(`calls ${outcome.type}${reasonOf(outcome)}`)
  const copies = log.telemetry.length - new Set(log.telemetry.map(({ n }) => n)).size
  return {
    ...Object.fromEntries(counts),
    plans: 1,
    'desired changes': history.size - 1,
    ...(messages.length > 0 && {
      messages: messages.length,
      'messages taken': handled.filter(({ type }) => type === 'taken').length,
      'messages acknowledged': log.completed.length,
    }),
    ...(sends.length > 0 && { 'telemetry at the hub': log.telemetry.length, 'copies at the hub': copies }),
    'most ms to heal': Math.round(healedInMs),
    'most sockets at once': mostSockets,
  }
}

function reasonOf(outcome: Asked['outcome']): string {
  if (outcome.type !== 'rejected') return ''
  const { error } = outcome
  if (error instanceof TwinError) return ` with ${error.code}`
  if (error instanceof Refusal) return ` with ${error.code}`
  return error instanceof RangeError ? ' as too large' : ' as aborted'
}

/** Adds the counts; for a maximum, takes the larger value. */
export function addFigures(a: Figures, b: Figures): Figures {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  return Object.fromEntries(
    names.map((name) => {
      const [left, right] = [a[name] ?? 0, b[name] ?? 0]
      return [name, name.startsWith('most ') ? Math.max(left, right) : left + right]
    }),
  )
}
