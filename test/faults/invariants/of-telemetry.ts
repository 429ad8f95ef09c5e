import { TwinError } from '../../../core/src/errors.ts'
import type { Device } from '../device.ts'
import { hasShortTokens, type Plan } from '../plan.ts'
import type { Asked, Play } from '../play.ts'

/**
 * The hub has each message that resolved, and none that was rejected before it was sent. Copies
 * have the same message ID and follow only a lost PUBACK. Messages arrive in order.
 */
export function faultsOfTelemetry(device: Device, play: Play, plan: Plan): string[] {
  return [...faultsOfOutcomes(play, plan), ...faultsOfSending(device), ...faultsOfArrivals(play)]
}

function faultsOfOutcomes({ sends }: Play, plan: Plan): string[] {
  return sends.flatMap(({ shape, outcome }, index) => {
    const n = index + 1
    switch (outcome.type) {
      case 'pending':
        return [`message ${n} is pending`]
      case 'resolved':
        return outcome.value === true ? [] : [`message ${n} resolved, and the hub does not have it`]
      case 'rejected':
        return isReason(outcome.error, shape, plan) ? [] : [`message ${n} rejected with ${String(outcome.error)}`]
    }
  })
}

function isReason(error: unknown, shape: Asked['shape'], plan: Plan): boolean {
  if (shape === 'too-large') return error instanceof RangeError
  if (shape === 'abort' && error instanceof Error && error.message === 'no longer wanted') return true
  // Short tokens can end a connection just before the close, which then does not wait.
  const codes = hasShortTokens(plan) && shape === 'last' ? ['ERR_CLOSED'] : ['ERR_QUEUE_FULL']
  return error instanceof TwinError && codes.includes(error.code)
}

/** A message leaves once over a connection, and never after its caller has a result. */
function faultsOfSending({ seen }: Device): string[] {
  const settled = new Map<number, 'resolved' | 'rejected'>()
  let sent = new Set<number>()
  return seen.flatMap((event) => {
    if (event.type === 'settled') settled.set(event.n, event.outcome)
    if (event.type !== 'observed' || event.observation.type !== 'sent') return []
    const { observation } = event
    if (observation.packet === 'CONNECT') sent = new Set()
    if (observation.packet !== 'PUBLISH' || !observation.topic.includes('/messages/events/')) return []
    const { n } = JSON.parse(observation.payload) as { readonly n: number }
    const isRepeated = sent.has(n)
    sent.add(n)
    const outcome = settled.get(n)
    return [
      ...(isRepeated ? [`message ${n} was sent twice over a connection`] : []),
      ...(outcome === undefined ? [] : [`message ${n} was sent after it ${outcome}`]),
    ]
  })
}

function faultsOfArrivals({ log, sends }: Play): string[] {
  const ids = new Map<number, string | undefined>()
  const owners = new Map<string | undefined, number>()
  let last = { n: 0, connection: 0 }
  let newest = 0
  return log.telemetry.flatMap(({ n, messageId, connection }) => {
    const faults: string[] = []
    const isCopy = ids.has(n)
    if (messageId === undefined) faults.push(`message ${n} has no ID`)
    if (isCopy && ids.get(n) !== messageId) faults.push(`a copy of message ${n} has another ID`)
    if ((owners.get(messageId) ?? n) !== n) faults.push(`message ${n} has the ID of another message`)
    if (connection === last.connection && n <= last.n) faults.push(`message ${n} arrived after ${last.n}`)
    if (!isCopy && n < newest) faults.push(`message ${n} arrived first after ${newest}`)
    if (sends[n - 1]?.shape === 'too-large') faults.push(`message ${n} is too large, and the hub has it`)
    ids.set(n, messageId)
    owners.set(messageId, n)
    last = { n, connection }
    newest = Math.max(newest, n)
    return faults
  })
}
