import { TwinError } from '../errors.ts'
import { type Backoff, backoffDelay } from '../protocol/backoff.ts'
import type { JsonObject } from '../protocol/json.ts'
import { statusError } from '../protocol/response.ts'
import type { Clock } from '../session/clock.ts'
import type { Outcome } from '../session/requests.ts'
import { type Batch, createReportQueue, type Waiter } from './report-queue.ts'
import type { ReportStorage } from './report-storage.ts'

/**
 * Reported patches on their way to the hub, in order and one request at a time: the hub does not order concurrent ones
 * (docs/protocol/protocol.md §4.7). What waits behind a request is folded into the next.
 */
export interface Outbox {
  /**
   * @returns ends the wait, and forgets the patch where it has not been sent
   * @throws RangeError when more waits than the hub takes
   */
  add(patch: JsonObject, waiter: Waiter): () => void
  /** The connection is ready. */
  resume(): void
  /** It is not, or not for long. */
  pause(): void
  /** Rejects all that is left. Ends when a storage, where there is one, has it. */
  close(cause: TwinError | undefined): Promise<void>
}

export interface OutboxOptions {
  readonly clock: Clock
  readonly backoff: Backoff
  readonly storage?: ReportStorage | undefined
  /** One request; there is an outcome in any case. */
  readonly send: (patch: JsonObject, onOutcome: (outcome: Outcome) => void) => void
  /** The hub has taken a patch. @returns the version it made */
  readonly onAccepted: (patch: JsonObject, version: number | undefined) => number
  /** An answer did not come on a connection that seems alive. */
  readonly onSilence: () => void
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, backoff, storage, send, onAccepted, onSilence } = options
  const queue = createReportQueue()
  let inFlight: Batch | undefined
  /** Sent, and the connection closed before an answer. */
  let unanswered: Batch | undefined
  let live = false
  let failures = 0
  let cancelRetry: (() => void) | undefined
  /** What is sent is in the storage before: else a restart could send an older value after a newer one. */
  let storing = storage !== undefined
  let stored = 0
  let kept: Promise<void> = storage === undefined ? Promise.resolve() : load(storage)

  async function load(from: ReportStorage): Promise<void> {
    const patches = await from.load()
    const isStored = queue.revision === stored
    queue.prepend(patches)
    if (isStored) stored = queue.revision
    storing = false
    flush()
  }

  async function store(into: ReportStorage): Promise<void> {
    storing = true
    while (stored !== queue.revision) {
      stored = queue.revision
      await into.save(queue.patches)
    }
    storing = false
    flush()
  }

  function flush(): void {
    if (storage !== undefined && !storing && stored !== queue.revision) kept = store(storage)
    if (!live || inFlight !== undefined || cancelRetry !== undefined || storing) return
    const batch = queue.nextBatch()
    if (batch === undefined) return
    inFlight = batch
    unanswered = undefined
    send(batch.patch, (outcome) => {
      inFlight = undefined
      receive(outcome, batch)
      flush()
    })
  }

  function receive(outcome: Outcome, batch: Batch): void {
    const error = outcome.type === 'failed' ? outcome.error : statusError(outcome, 'Report')
    if (outcome.type === 'answered' && error === undefined) {
      failures = 0
      const version = onAccepted(batch.patch, outcome.version)
      for (const waiter of queue.takeOff(batch)) waiter.resolve(version)
    } else if (error?.code === 'ERR_INTERRUPTED') {
      // Sent again when the connection is back: the device alone writes, and a merge patch twice is a merge patch once.
      live = false
      unanswered = batch
    } else if (error !== undefined && ['ERR_TIMEOUT', 'ERR_THROTTLED', 'ERR_HUB'].includes(error.code)) {
      if (error.code === 'ERR_TIMEOUT') onSilence()
      retryLater(error.retryAfterInMs ?? 0)
    } else if (batch.patches.size > 1) {
      queue.takeApart(batch)
    } else {
      for (const waiter of queue.takeOff(batch)) waiter.reject(error)
    }
  }

  function retryLater(atLeastInMs: number): void {
    failures++
    const delayInMs = atLeastInMs + backoffDelay(failures, clock.random(), backoff)
    cancelRetry = clock.after(delayInMs, () => {
      cancelRetry = undefined
      flush()
    })
  }

  return {
    add(patch, waiter) {
      queue.append(patch, waiter, inFlight?.patches ?? NONE)
      flush()
      return () => {
        queue.forget(waiter)
        flush()
      }
    },
    resume() {
      live = true
      flush()
    },
    pause() {
      live = false
    },
    async close(cause) {
      live = false
      cancelRetry?.()
      for (const [patch, waiter] of queue.releaseAll()) {
        const isSent = (inFlight ?? unanswered)?.patches.has(patch) === true
        const when = isSent ? 'before the hub answered; it may have the patch' : 'before the patch was sent'
        waiter.reject(new TwinError('ERR_CLOSED', `Twin was closed ${when}`, cause && { cause }))
      }
      flush()
      for (let awaited: unknown; awaited !== kept; await awaited) awaited = kept
    },
  }
}

const NONE: ReadonlySet<JsonObject> = new Set()
