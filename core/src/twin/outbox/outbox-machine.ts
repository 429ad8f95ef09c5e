import { TwinError } from '../../errors.ts'
import { statusError } from '../../protocol/response.ts'
import type { Outcome } from '../../session/requests.ts'
import { nextStorage, saveLater } from './outbox-storage.ts'
import { isBusy, type OpenOutbox, type OutboxInput, type OutboxState, type OutboxStep } from './outbox-states.ts'
import { appendWithinLimit, type Batch, cancel, createEntry, entriesOf, nextBatch, queueOf } from './queue.ts'

/**
 * The outbox as a pure function. A state ignores an input that it does not handle.
 *
 * There is at most one request in flight, because the hub does not order concurrent ones
 * (docs/protocol/protocol.md §4.7). Reports behind it fold into the next request.
 */
export function next(state: OutboxState, input: OutboxInput): OutboxStep {
  if (input.type === 'stored') return sendNext(nextStorage(state, input))
  return state.type === 'closed' ? [state, []] : sendNext(nextOpen(state, input))
}

function nextOpen(state: OpenOutbox, input: Exclude<OutboxInput, { type: 'stored' }>): OutboxStep {
  const { queue, request } = state
  switch (input.type) {
    case 'report':
      return addReport(state, input)
    case 'cancel':
      return saveLater({ ...state, queue: cancel(queue, input.id) })
    case 'resume':
      return [{ ...state, connection: 'up' }, []]
    case 'pause':
      return [{ ...state, connection: 'down' }, []]
    case 'outcome':
      return request.type === 'inFlight'
        ? handleOutcome({ ...state, request: { type: 'none' } }, request, input.outcome)
        : [state, []]
    case 'retry':
      return [request.type === 'backingOff' ? { ...state, request: { type: 'none' } } : state, []]
    case 'close':
      return close(state, input.cause)
  }
}

/**
 * The storage has every patch before its request leaves: a restart must not send older values
 * later.
 */
function sendNext([state, effects]: OutboxStep): OutboxStep {
  if (state.type === 'closed' || state.connection === 'down' || state.request.type !== 'none') return [state, effects]
  const batch = isBusy(state) ? undefined : nextBatch(state.queue)
  if (batch === undefined) return [state, effects]
  const { patch, through } = batch
  return [
    { ...mark(state, through, { isSent: true }), request: { type: 'inFlight', patch, through } },
    [...effects, { type: 'send', patch }],
  ]
}

function addReport(state: OpenOutbox, { id, patch }: Extract<OutboxInput, { type: 'report' }>): OutboxStep {
  const inFlight = state.request.type === 'inFlight' ? state.request.through : -Infinity
  const queue = appendWithinLimit(state.queue, createEntry(patch, id, 1), inFlight)
  return queue instanceof RangeError ? [state, [{ type: 'refuse', id, error: queue }]] : saveLater({ ...state, queue })
}

function handleOutcome(state: OpenOutbox, { patch, through }: Batch, outcome: Outcome): OutboxStep {
  const error = outcome.type === 'failed' ? outcome.error : statusError(outcome, 'Report')
  const entries = entriesOf(state.queue)
  const others = entries.filter(({ lastId }) => lastId > through)
  const removed: OpenOutbox = { ...state, queue: queueOf(others) }
  if (error === undefined) {
    const version = outcome.type === 'response' ? outcome.version : undefined
    return saveLater({ ...removed, failures: 0 }, [{ type: 'accept', patch, version, through }])
  }
  switch (error.code) {
    case 'ERR_INTERRUPTED':
      // A resend is harmless: only the device writes, and a merge patch has the same effect twice.
      return [{ ...state, connection: 'down' }, []]
    case 'ERR_TIMEOUT':
    case 'ERR_THROTTLED':
    case 'ERR_HUB': {
      const failures = state.failures + 1
      return [{ ...state, failures, request: { type: 'backingOff' } }, [{ type: 'backOff', failures, error }]]
    }
    default:
      return entries.length - others.length > 1
        ? [mark(state, through, { isAlone: true }), []]
        : saveLater(removed, [{ type: 'reject', through, error }])
  }
}

function close(state: OpenOutbox, cause: TwinError | undefined): OutboxStep {
  const { queue, storage } = state
  const kept = storage === 'none' ? '' : '; the storage keeps it'
  const rejections = entriesOf(queue).map(({ lastId: through, isSent }) => {
    const when = isSent ? 'before the hub confirmed the patch; the hub may have it' : `before the patch was sent${kept}`
    const error = new TwinError('ERR_CLOSED', `Twin was closed ${when}`, cause && { cause })
    return { type: 'reject', through, error } as const
  })
  return [{ type: 'closed', queue, storage }, isBusy(state) ? rejections : [...rejections, { type: 'end' }]]
}

function mark(
  state: OpenOutbox,
  through: number,
  marks: { readonly isSent: true } | { readonly isAlone: true },
): OpenOutbox {
  const entries = entriesOf(state.queue)
  return { ...state, queue: queueOf(entries.map((entry) => (entry.lastId > through ? entry : { ...entry, ...marks }))) }
}
