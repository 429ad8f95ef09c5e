import { isDeepStrictEqual } from 'node:util'
import { valueAt } from '../../core/src/protocol/document.ts'
import { parseTopic } from '../../core/src/protocol/topics.ts'
import { TwinError } from '../../core/src/errors.ts'
import { type Device, paths, type Seen } from './device.ts'
import type { ReportRecord } from './run-plan.ts'

/** @param hubTwin as the back end sees it, when the device is in step again */
export function findFaults(device: Device, reports: readonly ReportRecord[], hubTwin: unknown): readonly string[] {
  return [
    ...faultsOfListeners(device),
    ...faultsOfDeliveries(device.seen),
    ...faultsOfReports(reports, hubTwin),
    ...faultsOfConnects(device.seen),
    ...faultsOfSecrecy(device, reports),
  ]
}

function faultsOfListeners({ twin, last }: Device): string[] {
  return paths.flatMap((path) => {
    const value = valueAt(twin.desired, path === '' ? [] : path.split('.'))
    return isDeepStrictEqual(last.get(path), value)
      ? []
      : [`listener at "${path}" got ${JSON.stringify(last.get(path))} last, and there is ${JSON.stringify(value)}`]
  })
}

/** Each version once and in order; what was notified in order on a living connection, by itself. */
function faultsOfDeliveries(seen: readonly Seen[]): string[] {
  const faults: string[] = []
  let delivered = 0
  let isReady = false
  let expected: number | undefined
  const reads = new Set<string>()
  for (const event of seen) {
    if (event.type === 'delivered') {
      const { version } = event.change
      if (version <= delivered) faults.push(`version ${version} was delivered after ${delivered}`)
      delivered = version
      if (version === expected) expected = undefined
      continue
    }
    if (expected !== undefined) faults.push(`version ${expected} was notified in order and not delivered`)
    expected = undefined
    const { observation } = event
    if (observation.type === 'state') {
      isReady = observation.state === 'ready'
      reads.clear()
    }
    if (observation.type === 'sent' && observation.packet === 'PUBLISH' && observation.topic.includes('/GET/')) {
      reads.clear()
      reads.add(observation.topic.split('$rid=')[1] ?? '')
    }
    if (observation.type !== 'received' || observation.packet !== 'PUBLISH') continue
    const topic = parseTopic(observation.topic)
    // One that failed is asked for again on the same connection: until then, notifications are held.
    if (topic.type === 'response' && topic.status === 200) reads.delete(topic.rid)
    const isNext = topic.type === 'desired' && topic.version === delivered + 1
    if (isNext && isReady && reads.size === 0 && isObject(observation.payload)) expected = topic.version
  }
  return faults
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

function faultsOfReports(reports: readonly ReportRecord[], hubTwin: unknown): string[] {
  const { reported } = (hubTwin as { properties: { reported: Record<string, unknown> } }).properties
  const faults: string[] = []
  let newest = 0
  for (const { n, shape, outcome } of reports) {
    if (outcome.type === 'pending') faults.push(`report ${n} is pending`)
    if (outcome.type === 'resolved') {
      if (reported[`r${n}`] !== n)
        faults.push(`report ${n} resolved, and the hub has ${JSON.stringify(reported[`r${n}`])}`)
      if (outcome.version < newest) faults.push(`report ${n} is version ${outcome.version}, an earlier one ${newest}`)
      newest = outcome.version
    }
    if (outcome.type === 'rejected' && !isReason(outcome.error, shape))
      faults.push(`report ${n} rejected with ${String(outcome.error)}`)
  }
  const last = reports.at(-1)
  if (last?.outcome.type === 'resolved' && reported['counter'] !== last.n) {
    faults.push(`the last report is ${last.n}, and the hub's counter is at ${JSON.stringify(reported['counter'])}`)
  }
  return [...faults, ...faultsOfBox(reports, reported['box'])]
}

/** A box is emptied and then filled, in two patches that must not be folded: only what was filled last may be in it. */
function faultsOfBox(reports: readonly ReportRecord[], box: unknown): string[] {
  const fillings = reports.filter(({ shape }) => shape === 'replace')
  const last = fillings.at(-1)
  // A patch that was refused leaves its box as it was.
  if (last === undefined || fillings.some(({ outcome }) => outcome.type !== 'resolved')) return []
  const isRight = isDeepStrictEqual(box, { [`b${last.n}`]: last.n })
  return isRight ? [] : [`the box was filled last by report ${last.n}, and holds ${JSON.stringify(box)}`]
}

function isReason(error: unknown, shape: ReportRecord['shape']): boolean {
  if (shape === 'abort' && error instanceof Error && error.message === 'no longer wanted') return true
  return error instanceof TwinError && error.code === 'ERR_BAD_REQUEST'
}

/** One connection at a time, and none before its wait is over, unless something woke the device. */
function faultsOfConnects(seen: readonly Seen[]): string[] {
  const faults: string[] = []
  let open = 0
  for (const event of seen) {
    if (event.type !== 'observed' || event.observation.type !== 'sent') continue
    if (event.observation.packet === 'CONNECT') open++
    if (event.observation.packet === 'DISCONNECT') open--
    if (open > 1) faults.push('a second connection was begun beside the first')
  }
  return faults
}

function faultsOfSecrecy({ seen, secrets, twin }: Device, reports: readonly ReportRecord[]): string[] {
  const errors = [
    ...seen.map((event) =>
      event.type === 'observed' && 'error' in event.observation ? event.observation.error : undefined,
    ),
    ...reports.map(({ outcome }) => (outcome.type === 'rejected' ? outcome.error : undefined)),
  ]
  const said = JSON.stringify(seen) + JSON.stringify(twin.status) + errors.map(textOf).join('\n')
  return secrets.some((secret) => said.includes(secret)) ? ['a secret was seen'] : []
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.stack} ${JSON.stringify(error)} ${error.cause === undefined ? '' : textOf(error.cause)}`
}
