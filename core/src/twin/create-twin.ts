import type { Credentials } from '../credentials/credentials.ts'
import { TwinError } from '../errors.ts'
import { difference, mergePatch, type TwinDocument, type TwinVersions } from '../protocol/document.ts'
import { copyJson, isJsonObject, type JsonObject, type JsonValue, typeName } from '../protocol/json.ts'
import { checkLimits } from '../protocol/limits.ts'
import { type DesiredPatch, statusOf, type TwinStatus } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import type { Observed } from '../session/observation.ts'
import { createSession, type SessionOutput } from '../session/session.ts'
import type { OpenWire } from '../session/wire.ts'
import { callListener } from './listeners.ts'
import { createDesiredBroadcast } from './desired-broadcast.ts'
import type { DesiredChange } from './desired-view.ts'
import type { CheckedOptions } from './options.ts'
import { createPendingReport } from './pending-report.ts'
import { createReportStorage } from './report-storage.ts'
import { createReportedBroadcast } from './reported-broadcast.ts'
import { createStatusBroadcast } from './status-broadcast.ts'
import type { Twin, WaitOptions } from './twin.ts'
import { wait } from './wait.ts'

const EMPTY: JsonObject = Object.freeze({})

type DesiredListener<Value extends JsonValue | undefined = JsonValue | undefined> = (
  change: DesiredChange<Value>,
) => void

interface Refresh {
  /** The first GET that is young enough. */
  readonly get: number
  resolve(document: TwinDocument): void
  reject(error: unknown): void
}

/** Joins a session, the document that it brings, and those who follow it. */
export function createTwin(credentials: Credentials, options: CheckedOptions, openWire: OpenWire, clock: Clock): Twin {
  let document = makeDocument(EMPTY, EMPTY, { desired: 0, reported: 0 })
  let synced = false
  let kept: Promise<void> = Promise.resolve()
  const refreshes = new Set<Refresh>()
  const statuses = createStatusBroadcast(statusOf({ type: 'idle' }))
  const desired = createDesiredBroadcast()
  const reported = createReportedBroadcast()
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
  const reports = createPendingReport({
    clock,
    backoff: { delayInMs: options.retryDelayInMs, maxDelayInMs: options.maxRetryDelayInMs },
    storage,
    send: session.report,
    onAccepted: acceptReport,
    onSilence: session.refresh,
  })

  function receive(output: SessionOutput): void {
    switch (output.type) {
      case 'document':
        receiveDocument(output.document)
        return settleRefreshes(output.get, (refresh) => refresh.resolve(document))
      case 'patch':
        return receivePatch(output.patch)
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

  function receiveDocument(read: TwinDocument): void {
    const known = document
    // On a living connection a report may have been acknowledged after the hub read the document.
    const isOlder = statuses.status.type === 'ready' && read.versions.reported < known.versions.reported
    document = isOlder
      ? makeDocument(read.desired, known.reported, { ...read.versions, reported: known.versions.reported })
      : read
    const isFirst = !synced
    synced = true
    const { desired: wanted, reported: taken, versions } = document
    const change = { desired: difference(known.desired, wanted), reported: difference(known.reported, taken) }
    if (isFirst || isNews(change.desired)) {
      desired.tell({ desired: wanted, version: versions.desired, patch: change.desired })
    }
    if (isFirst || isNews(change.reported)) {
      reported.tell({ reported: taken, version: versions.reported, patch: change.reported })
    }
  }

  function receivePatch({ version, properties }: DesiredPatch): void {
    const merged = mergePatch(document.desired, properties)
    document = makeDocument(merged, document.reported, { ...document.versions, desired: version })
    desired.tell({ desired: merged, version, patch: properties })
  }

  function acceptReport(patch: JsonObject, hubVersion: number | undefined): number {
    // IoT Edge acknowledges without a version (protocol sheet, 4.3).
    const version = hubVersion ?? document.versions.reported + 1
    const merged = mergePatch(document.reported, patch)
    document = makeDocument(document.desired, merged, { ...document.versions, reported: version })
    reported.tell({ reported: merged, version, patch })
    return version
  }

  function receiveStatus(status: TwinStatus): void {
    if (status.type === 'closed') end(status.error)
    statuses.tell(status)
    if (status.type === 'ready') reports.resume()
    else reports.pause()
  }

  function end(cause: TwinError | undefined): void {
    options.signal?.removeEventListener('abort', close)
    offWake?.()
    kept = reports.close(cause)
    desired.end()
    reported.end()
    settleRefreshes(Infinity, (refresh) => refresh.reject(closedError(cause)))
  }

  function settleRefreshes(get: number, settle: (refresh: Refresh) => void): void {
    for (const refresh of [...refreshes]) if (refresh.get <= get) settle(refresh)
  }

  async function close(): Promise<void> {
    await session.close()
    await kept
  }

  function throwIfClosed(): void {
    const { status } = statuses
    if (status.type === 'closed') throw closedError(status.error)
  }

  const offWake = options.wakeSource?.((event) => (event === 'wake' ? session.wake() : session.sleep()))
  const twin: Twin = {
    async ready({ signal }: WaitOptions = {}) {
      throwIfClosed()
      signal?.throwIfAborted()
      if (synced) return document
      return wait(signal, (resolve, reject) =>
        statuses.onNext((status) => {
          if (status.type === 'ready') resolve(document)
          else if (status.type === 'closed') reject(closedError(status.error))
          else if (status.type === 'waiting' && status.error.code === 'ERR_UNAUTHORIZED') reject(status.error)
        }),
      )
    },
    get desired() {
      return document.desired
    },
    get reported() {
      return document.reported
    },
    get versions() {
      return document.versions
    },
    get status() {
      return statuses.status
    },
    async refresh({ signal }: WaitOptions = {}) {
      throwIfClosed()
      return wait(signal, (resolve, reject) => {
        const refresh: Refresh = { get: session.refresh(), resolve, reject }
        refreshes.add(refresh)
        const cancel = clock.after(options.requestTimeoutInMs, () => {
          reject(new TwinError('ERR_TIMEOUT', `Twin was not read within ${options.requestTimeoutInMs} ms`))
        })
        return () => {
          refreshes.delete(refresh)
          cancel()
        }
      })
    },
    async report(patch: unknown, { signal }: WaitOptions = {}) {
      const copy = copyJson(patch, 'patch')
      if (!isJsonObject(copy)) throw new TypeError(`patch is ${typeName(copy)}, not an object`)
      checkLimits(copy)
      throwIfClosed()
      return wait(signal, (resolve, reject) => reports.add(copy, { resolve, reject }))
    },
    onDesired(...args: [DesiredListener<JsonObject>] | [string, DesiredListener]) {
      // The root is always there, and always an object.
      return args.length === 1 ? desired.listen('', args[0] as DesiredListener) : desired.listen(...args)
    },
    changes({ path = '', signal } = {}) {
      return desired.iterate(path, signal)
    },
    onReported: reported.listen,
    onStatus: statuses.listen,
    statuses: ({ signal }: WaitOptions = {}) => statuses.iterate(signal),
    close,
  }
  if (options.signal?.aborted) void close()
  else {
    options.signal?.addEventListener('abort', close)
    session.start()
  }
  return Object.freeze(twin)
}

function isNews(patch: JsonObject): boolean {
  return Object.keys(patch).length > 0
}

function makeDocument(desired: JsonObject, reported: JsonObject, versions: TwinVersions): TwinDocument {
  return Object.freeze({ desired, reported, versions: Object.freeze({ ...versions }) })
}

function closedError(cause: TwinError | undefined): TwinError {
  return new TwinError('ERR_CLOSED', 'Twin is closed', cause && { cause })
}
