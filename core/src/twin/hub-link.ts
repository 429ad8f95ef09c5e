import type { Credentials } from '../credentials/credentials.ts'
import type { TwinDocument } from '../protocol/document.ts'
import { clientId } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import type { Observed } from '../session/observation.ts'
import { createSession, type SessionOutput } from '../session/session.ts'
import type { OpenWire } from '../session/wire.ts'
import { closedError } from './closed-error.ts'
import { callListener } from './listeners.ts'
import { EMPTY_DOCUMENT, type TwinNews, updateDocument } from './news.ts'
import type { CheckedOptions } from './options.ts'
import { noteOpenIdentity } from './open-identities.ts'
import { createOutbox } from './outbox.ts'
import type { Waiter } from './report-queue.ts'
import { createReportStorage } from './report-storage.ts'

/** The side of a twin that talks with the hub: what it takes goes there in order, what comes from there is its news. */
export interface HubLink {
  start(): void
  /**
   * @returns ends the wait, and forgets the patch where it has not been sent
   * @throws RangeError when more waits than the hub takes
   */
  report(patch: JsonObject, waiter: Waiter): () => void
  /** Reads the twin anew; the news of it comes before the end of the wait. @returns ends the wait */
  refresh(waiter: RefreshWaiter): () => void
  wake(): void
  sleep(): void
  /** Its last news is `closed`. Ends when the connection is gone and the storage, where there is one, has what was left. */
  close(): Promise<void>
}

export interface RefreshWaiter {
  resolve(): void
  reject(error: unknown): void
}

export interface HubLinkOptions {
  readonly credentials: Credentials
  readonly options: CheckedOptions
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onNews: (news: TwinNews) => void
}

interface Refresh extends RefreshWaiter {
  /** The first GET that is young enough. */
  readonly get: number
}

export function createHubLink({ credentials, options, openWire, clock, onNews }: HubLinkOptions): HubLink {
  let document = EMPTY_DOCUMENT
  let live = false
  let kept: Promise<void> = Promise.resolve()
  let forgetIdentity = (): void => {}
  const refreshes = new Set<Refresh>()
  const session = createSession({ ...options, credentials, openWire, clock, onOutput: receive, observe })
  const { reportStorage } = options
  const storage =
    reportStorage &&
    createReportStorage({
      storage: reportStorage,
      identity: credentials.identity,
      clock,
      timeoutInMs: options.requestTimeoutInMs,
      onError: (error) => observe({ type: 'storageFailed', error }),
    })
  const reports = createOutbox({
    clock,
    backoff: { delayInMs: options.retryDelayInMs, maxDelayInMs: options.maxRetryDelayInMs },
    storage,
    send: session.report,
    onAccepted: acceptReport,
    onSilence: session.refresh,
  })

  function tell(news: TwinNews): void {
    document = updateDocument(document, news)
    onNews(news)
  }

  function receive(output: SessionOutput): void {
    switch (output.type) {
      case 'document':
        tell({ type: 'document', document: withAccepted(output.document) })
        return settleRefreshes(output.get, (refresh) => refresh.resolve())
      case 'desiredPatch':
        return tell({ type: 'desired', version: output.patch.version, patch: output.patch.properties })
      case 'syncFailed':
        return settleRefreshes(output.get, (refresh) => refresh.reject(output.error))
      case 'draining':
        return reports.pause()
      case 'status':
        return receiveStatus(output.status)
    }
  }

  function observe(observed: Observed): void {
    if (options.observer !== undefined) callListener(options.observer, Object.freeze({ ...observed, at: clock.now() }))
  }

  /** On a living connection a report may have been acknowledged after the hub read the document. */
  function withAccepted(read: TwinDocument): TwinDocument {
    const { reported, versions } = document
    if (!live || read.versions.reported >= versions.reported) return read
    return Object.freeze({
      ...read,
      reported,
      versions: Object.freeze({ ...read.versions, reported: versions.reported }),
    })
  }

  function acceptReport(patch: JsonObject, hubVersion: number | undefined): number {
    // IoT Edge acknowledges without a version (docs/protocol/protocol.md §4.3).
    const version = hubVersion ?? document.versions.reported + 1
    tell({ type: 'reported', version, patch })
    return version
  }

  function receiveStatus(status: TwinStatus): void {
    live = status.type === 'ready'
    if (status.type === 'closed') {
      forgetIdentity()
      kept = reports.close(status.error)
      settleRefreshes(Infinity, (refresh) => refresh.reject(closedError(status.error)))
    }
    tell({ type: 'status', status })
    if (live) reports.resume()
    else reports.pause()
  }

  function settleRefreshes(get: number, settle: (refresh: Refresh) => void): void {
    for (const refresh of [...refreshes]) {
      if (refresh.get > get) continue
      refreshes.delete(refresh)
      settle(refresh)
    }
  }

  return {
    start() {
      const key = `${options.endpoint} ${clientId(credentials.identity)}`
      forgetIdentity = noteOpenIdentity(key, () => observe({ type: 'duplicateIdentity' }))
      session.start()
    },
    report: reports.add,
    refresh(waiter) {
      const refresh: Refresh = { get: session.refresh(), ...waiter }
      refreshes.add(refresh)
      return () => refreshes.delete(refresh)
    },
    wake: session.wake,
    sleep: session.sleep,
    async close() {
      await session.close()
      await kept
    },
  }
}
