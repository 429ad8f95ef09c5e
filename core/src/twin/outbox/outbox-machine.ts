import { TwinError } from '../../errors.ts'
import { statusError } from '../../protocol/response.ts'
import type { Outcome } from '../../session/requests.ts'
import { nextStorage, saveLater } from './outbox-storage.ts'
import type { OpenOutbox, OutboxEffect, OutboxInput, OutboxState, OutboxStep } from './outbox-states.ts'
import {
  appendWithinLimit,
  type Batch,
  cancel,
  createEntry,
  entriesOf,
  type Entry,
  type Queue,
  queueOf,
  takeBatch,
} from './queue.ts'

/** A report is a promise that the app holds. So many at once come from a loop that does not wait. */
const MAX_WAITING = 10_000

/**
 * The outbox as a pure function. A state ignores an input that it does not handle.
 *
 * There is at most one request in flight, because the hub does not order concurrent ones
 * (docs/protocol/protocol.md §4.7). Reports behind it fold into the next request.
 */
export function next(state: OutboxState, input: OutboxInput): OutboxStep {
  if (input.type === 'loaded' || input.type === 'saved') return sendNext(nextStorage(state, input))
  return state.type === 'closed' ? [state, []] : sendNext(nextOpen(state, input))
}

function nextOpen(state: OpenOutbox, input: Exclude<OutboxInput, { type: 'loaded' | 'saved' }>): OutboxStep {
  switch (input.type) {
    case 'report':
      return addReport(state, input)
    case 'cancel':
      return cancelReport(state, input.id)
    case 'resume':
      return [{ ...state, connection: 'up' }, []]
    case 'pause':
      return [{ ...state, connection: 'down' }, []]
    case 'outcome':
      return state.request.type === 'inFlight'
        ? handleOutcome({ ...state, request: { type: 'none' } }, state.request.batch, input.outcome)
        : [state, []]
    case 'retry':
      return [state.request.type === 'backingOff' ? { ...state, request: { type: 'none' } } : state, []]
    case 'close':
      return close(state, input.cause)
  }
}

/** The storage has every patch before its request leaves: a restart must not send older values later. */
function sendNext([state, effects]: OutboxStep): OutboxStep {
  if (state.type === 'closed' || state.connection === 'down' || state.request.type !== 'none') return [state, effects]
  const taken = ['none', 'saved'].includes(state.storage.type) ? takeBatch(state.queue) : undefined
  if (taken === undefined) return [state, effects]
  const { batch, rest } = taken
  const sending: OpenOutbox = { ...state, queue: rest, request: { type: 'inFlight', batch } }
  return [sending, [...effects, { type: 'send', patch: batch.patch }]]
}

function addReport(state: OpenOutbox, { id, patch }: Extract<OutboxInput, { type: 'report' }>): OutboxStep {
  const waiting = inFlight(state).reduce((sum, entry) => sum + entry.waiting, state.queue.waiting)
  const queue =
    waiting < MAX_WAITING
      ? appendWithinLimit(state.queue, createEntry(patch, id, 1))
      : new RangeError(`${waiting} reports wait for the hub, which is the limit`)
  return queue instanceof RangeError ? [state, [{ type: 'refuse', id, error: queue }]] : saveLater({ ...state, queue })
}

function cancelReport(state: OpenOutbox, id: number): OutboxStep {
  const { request } = state
  if (request.type === 'inFlight' && lastId(request.batch) >= id) {
    const entries = cancel(request.batch.entries.map(markSent), id)
    return [{ ...state, request: { ...request, batch: { ...request.batch, entries } } }, []]
  }
  return saveLater({ ...state, queue: queueOf(cancel(entriesOf(state.queue), id)) })
}

function handleOutcome(state: OpenOutbox, batch: Batch, outcome: Outcome): OutboxStep {
  const through = lastId(batch)
  if (outcome.type === 'answered') {
    const error = statusError(outcome, 'Report')
    if (error === undefined) {
      const accept: OutboxEffect = { type: 'accept', patch: batch.patch, version: outcome.version, through }
      return saveLater({ ...state, failures: 0 }, [accept])
    }
    return handleFailure(state, batch, error)
  }
  return handleFailure(state, batch, outcome.error)
}

function handleFailure(state: OpenOutbox, batch: Batch, error: TwinError): OutboxStep {
  const queue = putBack(state.queue, batch.entries.map(markSent))
  switch (error.code) {
    case 'ERR_INTERRUPTED':
      // A resend is harmless: only the device writes, and a merge patch has the same effect twice.
      return [{ ...state, queue, connection: 'down' }, []]
    case 'ERR_TIMEOUT':
    case 'ERR_THROTTLED':
    case 'ERR_HUB': {
      const failures = state.failures + 1
      const backOff: OutboxEffect = { type: 'backOff', failures, atLeastInMs: error.retryAfterInMs ?? 0 }
      return [
        { ...state, queue, failures, request: { type: 'backingOff' } },
        error.code === 'ERR_TIMEOUT' ? [{ type: 'probe' }, backOff] : [backOff],
      ]
    }
    default: {
      if (batch.entries.length === 1) return saveLater(state, [{ type: 'reject', through: lastId(batch), error }])
      const alone = batch.entries.map((entry) => ({ ...markSent(entry), isAlone: true }))
      return [{ ...state, queue: putBack(state.queue, alone) }, []]
    }
  }
}

function close(state: OpenOutbox, cause: TwinError | undefined): OutboxStep {
  const entries = [...inFlight(state).map(markSent), ...entriesOf(state.queue)]
  const { storage } = state
  return [
    { type: 'closed', patches: entries.map(({ patch }) => patch), storage },
    [
      { type: 'stopBackOff' },
      ...entries.map(({ lastId: through, isSent }): OutboxEffect => {
        const when = isSent ? 'before the hub confirmed the patch; the hub may have it' : 'before the patch was sent'
        const error = new TwinError('ERR_CLOSED', `Twin was closed ${when}`, cause && { cause })
        return { type: 'reject', through, error }
      }),
      ...(storage.type === 'none' || storage.type === 'saved' ? [{ type: 'end' } as const] : []),
    ],
  ]
}

function inFlight({ request }: OpenOutbox): readonly Entry[] {
  return request.type === 'inFlight' ? request.batch.entries : []
}

function putBack(queue: Queue, entries: readonly Entry[]): Queue {
  return queueOf([...entries, ...entriesOf(queue)])
}

function markSent(entry: Entry): Entry {
  return { ...entry, isSent: true }
}

function lastId({ entries }: Batch): number {
  return entries.at(-1)?.lastId ?? 0
}
