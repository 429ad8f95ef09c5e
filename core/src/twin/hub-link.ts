import type { Credentials } from '../credentials/credentials.ts'
import type { TwinDocument } from '../protocol/document.ts'
import { clientId } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import { type Connection, sendReport } from '../session/connection.ts'
import type { Features } from '../session/features.ts'
import type { Observed } from '../session/observation.ts'
import { createSession, type SessionOutput } from '../session/session.ts'
import type { OpenWire } from '../session/wire.ts'
import { closedError } from './closed-error.ts'
import { createObserve } from './observe.ts'
import { registerOpenIdentity } from './open-identities.ts'
import type { CheckedOptions } from './options.ts'
import { createOutbox, type Outbox, type ReportWaiter } from './outbox/outbox.ts'
import { createReportStorage, type ReportStorage } from './outbox/report-storage.ts'
import { addRefreshWait, type RefreshWaiter, type RefreshWaits, settleRefreshWaits } from './refresh-waits.ts'
import type { TwinUpdate } from './twin-update.ts'

/** The hub's side of a twin: sends reports in order, and emits updates in order. */
export interface HubLink {
  start(): void
  /**
   * @returns ends the wait, and cancels the patch if it has not been sent
   * @throws RangeError when too many callers wait
   */
  report(patch: JsonObject, waiter: ReportWaiter): () => void
  /** Reads the twin again. The update comes before the wait ends. @returns ends the wait */
  refresh(waiter: RefreshWaiter): () => void
  readonly connection: Connection
  wake(): void
  sleep(): void
  /**
   * Emits `closed` as the last update.
   *
   * @returns resolves after the connection has ended and the storage has the unsent reports
   */
  close(): Promise<void>
}

export interface HubLinkOptions {
  readonly credentials: Credentials
  readonly options: CheckedOptions
  readonly features?: Features | undefined
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onUpdate: (update: TwinUpdate) => void
  /** The document after all updates so far. */
  readonly document: () => TwinDocument
}

export function createHubLink(linkOptions: HubLinkOptions): HubLink {
  const { credentials, options, features, openWire, clock, onUpdate } = linkOptions
  let isLive = false
  let stored: Promise<void> | undefined
  let unregisterIdentity: (() => void) | undefined
  const refreshes: RefreshWaits = new Map()
  const observe = createObserve(options, clock)
  const { connection, dispatch } = createSession({
    ...{ credentials, settings: options, features, openWire, clock },
    ...{ onOutput: handleOutput, observe },
  })
  const outbox: Outbox = createOutbox({
    clock,
    backoff: { delayInMs: options.retryDelayInMs, maxDelayInMs: options.maxRetryDelayInMs },
    storage: openStorage(linkOptions, observe),
    send: (patch, onOutcome) => sendReport(connection, patch, onOutcome),
    onAccepted(properties, hubVersion) {
      // IoT Edge acknowledges without a version (docs/protocol/protocol.md §4.3).
      const version = hubVersion ?? linkOptions.document().versions.reported + 1
      onUpdate({ type: 'reported', version, properties })
      return version
    },
    onSilence: refresh,
  })

  function handleOutput(output: SessionOutput): void {
    switch (output.type) {
      case 'document': {
        const document = isLive ? withAccepted(output.document, linkOptions.document()) : output.document
        onUpdate({ type: 'document', document })
        return settleRefreshWaits(refreshes, connection.gets, (waiter) => waiter.resolve())
      }
      case 'desiredPatch':
        return onUpdate({ type: 'desired', ...output.patch })
      case 'syncFailed':
        return settleRefreshWaits(refreshes, connection.gets, (waiter) => waiter.reject(output.error))
      case 'drain':
        return outbox.setReady(false)
      case 'status':
        return handleStatus(output.status)
    }
  }

  /** @returns the number of the first GET after this call */
  function refresh(): number {
    const nextGet = connection.gets + 1
    dispatch({ type: 'refresh' })
    return nextGet
  }

  function handleStatus(status: TwinStatus): void {
    isLive = status.type === 'ready'
    if (status.type === 'closed') {
      unregisterIdentity?.()
      stored = outbox.close(status.error)
      settleRefreshWaits(refreshes, Infinity, (waiter) => waiter.reject(closedError(status.error)))
    }
    onUpdate({ type: 'status', status })
    outbox.setReady(isLive)
  }

  return {
    start() {
      const key = `${options.endpoint} ${clientId(credentials.identity)}`
      unregisterIdentity = registerOpenIdentity(key, () => observe({ type: 'duplicateIdentity' }))
      dispatch({ type: 'start' })
    },
    report: outbox.add,
    refresh: (waiter) => addRefreshWait(refreshes, refresh(), waiter),
    connection,
    wake: () => dispatch({ type: 'wake', silentForInMs: clock.now() - connection.heardAt }),
    sleep: () => dispatch({ type: 'sleep' }),
    async close() {
      dispatch({ type: 'close' })
      // A call from within an effect is done only after the effects before it.
      await Promise.resolve()
      await connection.gone
      await stored
    },
  }
}

function openStorage(
  { credentials, options, clock }: HubLinkOptions,
  observe: (observed: Observed) => void,
): ReportStorage | undefined {
  return (
    options.reportStorage &&
    createReportStorage({
      storage: options.reportStorage,
      identity: credentials.identity,
      clock,
      timeoutInMs: options.requestTimeoutInMs,
      onError: (error) => observe({ type: 'storageFailed', error }),
    })
  )
}

/** On a live connection, the hub may acknowledge a report after it has read the document. */
function withAccepted(read: TwinDocument, { reported, versions }: TwinDocument): TwinDocument {
  if (read.versions.reported >= versions.reported) return read
  return Object.freeze({
    ...read,
    reported,
    versions: Object.freeze({ ...read.versions, reported: versions.reported }),
  })
}
