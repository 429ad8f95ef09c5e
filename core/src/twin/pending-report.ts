import { TwinError } from '../errors.ts'
import { type Backoff, backoffDelay } from '../protocol/backoff.ts'
import { foldPatches } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { MAX_SECTION_SIZE, sizeOf } from '../protocol/limits.ts'
import { statusError } from '../protocol/response.ts'
import type { Clock } from '../session/clock.ts'
import type { Outcome } from '../session/requests.ts'

interface Entry {
  readonly patch: JsonObject
  /** Its request was refused together with others: it goes alone, so that it can't take them with it again. */
  alone: boolean
  resolve(version: number): void
  reject(error: unknown): void
}

/**
 * Reported patches on their way to the hub, in order and one request at a time: the hub does not order concurrent ones
 * (protocol sheet, 4.7). What waits behind a request is folded into the next.
 */
export interface PendingReport {
  /** @returns forgets the patch, unless the hub has it already */
  add(patch: JsonObject, resolve: (version: number) => void, reject: (error: unknown) => void): () => void
  /** The connection is ready. */
  resume(): void
  /** It is not. */
  pause(): void
  /** Rejects all that is left. */
  close(cause: TwinError | undefined): void
}

export interface PendingReportOptions {
  readonly clock: Clock
  readonly backoff: Backoff
  /** One request; there is an outcome in any case. */
  readonly send: (patch: JsonObject, onOutcome: (outcome: Outcome) => void) => void
  /** The hub has taken a patch. @returns the version it made */
  readonly onAccepted: (patch: JsonObject, version: number | undefined) => number
  /** An answer did not come on a connection that seems alive. */
  readonly onSilence: () => void
}

export function createPendingReport({
  clock,
  backoff,
  send,
  onAccepted,
  onSilence,
}: PendingReportOptions): PendingReport {
  /** In order; the first ones may be in flight. */
  let entries: Entry[] = []
  let inFlight: readonly Entry[] = []
  let live = false
  let failures = 0
  let cancelRetry: (() => void) | undefined

  function flush(): void {
    if (!live || inFlight.length > 0 || cancelRetry !== undefined || entries.length === 0) return
    const { batch, patch } = nextBatch(entries)
    inFlight = batch
    send(patch, (outcome) => {
      inFlight = []
      receive(outcome, batch, patch)
      flush()
    })
  }

  function receive(outcome: Outcome, batch: readonly Entry[], patch: JsonObject): void {
    const error = outcome.type === 'failed' ? outcome.error : statusError(outcome.status, outcome.body, 'Report')
    if (error === undefined && outcome.type === 'answered') {
      failures = 0
      const version = onAccepted(patch, outcome.version)
      drop(batch)
      for (const entry of batch) entry.resolve(version)
    } else if (error?.code === 'ERR_INTERRUPTED') {
      // Sent again when the connection is back: the device alone writes, and a merge patch twice is a merge patch once.
      live = false
    } else if (error !== undefined && ['ERR_TIMEOUT', 'ERR_THROTTLED', 'ERR_HUB'].includes(error.code)) {
      if (error.code === 'ERR_TIMEOUT') onSilence()
      retryLater()
    } else if (batch.length > 1) {
      for (const entry of batch) entry.alone = true
    } else {
      drop(batch)
      for (const entry of batch) entry.reject(error)
    }
  }

  function retryLater(): void {
    failures++
    cancelRetry = clock.after(backoffDelay(failures, clock.random(), backoff), () => {
      cancelRetry = undefined
      flush()
    })
  }

  function drop(gone: readonly Entry[]): void {
    entries = entries.filter((entry) => !gone.includes(entry))
  }

  return {
    add(patch, resolve, reject) {
      const entry: Entry = { patch, alone: false, resolve, reject }
      entries.push(entry)
      flush()
      return () => drop([entry])
    },
    resume() {
      live = true
      flush()
    },
    pause() {
      live = false
    },
    close(cause) {
      live = false
      cancelRetry?.()
      const left = entries
      entries = []
      for (const entry of left) {
        const state = inFlight.includes(entry)
          ? 'before the hub answered; it may have the patch'
          : 'before the patch was sent'
        entry.reject(new TwinError('ERR_CLOSED', `Twin was closed ${state}`, cause && { cause }))
      }
    },
  }
}

/** As many entries from the front as one merge patch can say, within what the hub takes. */
function nextBatch(entries: readonly Entry[]): { batch: readonly Entry[]; patch: JsonObject } {
  const [first, ...others] = entries as [Entry, ...Entry[]]
  const batch = [first]
  let { patch } = first
  if (!first.alone) {
    for (const entry of others) {
      const folded = entry.alone ? undefined : foldPatches(patch, entry.patch)
      if (folded === undefined || sizeOf(folded) > MAX_SECTION_SIZE) break
      batch.push(entry)
      patch = folded
    }
  }
  return { batch, patch }
}
