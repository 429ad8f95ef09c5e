import { TwinError } from '../errors.ts'
import { difference, type TwinDocument } from '../protocol/document.ts'
import type { JsonObject, JsonValue } from '../protocol/json.ts'
import { copyReportedPatch } from '../protocol/limits.ts'
import { statusOf, type TwinStatus } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import { closedError } from './closed-error.ts'
import { createDesiredBroadcast } from './desired-broadcast.ts'
import type { DesiredChange } from './desired-view.ts'
import type { HubLink } from './hub-link.ts'
import { EMPTY_DOCUMENT, type TwinNews, updateDocument } from './news.ts'
import { onAbort } from './on-abort.ts'
import { createReportedBroadcast } from './reported-broadcast.ts'
import { createStateBroadcast } from './state-broadcast.ts'
import type { Twin, WaitOptions } from './twin.ts'
import { wait } from './wait.ts'

/** The side of a twin that the app holds: follows the news, and tells those who listen. */
export interface Facade {
  readonly twin: Twin
  /** Last known; `undefined` before the first sync. */
  readonly document: TwinDocument | undefined
  receive(news: TwinNews): void
  /** Calls unless the app's signal is aborted already; aborting it later closes. */
  open(start: () => void): void
}

/** Where the twin is talked with, here or in another tab. */
export interface FacadeOptions extends Pick<HubLink, 'report' | 'refresh' | 'close'> {
  readonly clock: Clock
  readonly requestTimeoutInMs: number
  readonly signal?: AbortSignal
}

type DesiredListener<Value extends JsonValue | undefined = JsonValue | undefined> = (
  change: DesiredChange<Value>,
) => void

export function createFacade({ clock, requestTimeoutInMs, signal: ofApp, ...hub }: FacadeOptions): Facade {
  let document = EMPTY_DOCUMENT
  let synced = false
  let offSignal = (): void => {}
  const statuses = createStateBroadcast<TwinStatus>(statusOf({ type: 'idle' }))
  const desired = createDesiredBroadcast()
  const reported = createReportedBroadcast()

  function receive(news: TwinNews): void {
    const known = document
    document = updateDocument(document, news)
    switch (news.type) {
      case 'document':
        return receiveDocument(known)
      case 'desired':
        return desired.tell({ desired: document.desired, version: news.version, patch: news.patch })
      case 'reported':
        return reported.tell({ reported: document.reported, version: news.version, patch: news.patch })
      case 'status':
        if (news.status.type === 'closed') end()
        return statuses.tell(news.status)
    }
  }

  /** Whatever lies between what was known and what is there now is one change; nothing is none, but for the first. */
  function receiveDocument(known: TwinDocument): void {
    const isFirst = !synced
    synced = true
    const now = document
    const change = {
      desired: difference(known.desired, now.desired),
      reported: difference(known.reported, now.reported),
    }
    if (isFirst || isNews(change.desired)) {
      desired.tell({ desired: now.desired, version: now.versions.desired, patch: change.desired })
    }
    if (isFirst || isNews(change.reported)) {
      reported.tell({ reported: now.reported, version: now.versions.reported, patch: change.reported })
    }
  }

  function end(): void {
    offSignal()
    desired.end()
    reported.end()
  }

  function throwIfClosed(): void {
    const { state } = statuses
    if (state.type === 'closed') throw closedError(state.error)
  }

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
      return statuses.state
    },
    async refresh({ signal }: WaitOptions = {}) {
      throwIfClosed()
      return wait<TwinDocument>(signal, (resolve, reject) => {
        const cancel = clock.after(requestTimeoutInMs, () => {
          reject(new TwinError('ERR_TIMEOUT', `Twin was not read within ${requestTimeoutInMs} ms`))
        })
        const off = hub.refresh({ resolve: () => resolve(document), reject })
        return () => {
          off()
          cancel()
        }
      })
    },
    async report(patch: unknown, { signal }: WaitOptions = {}) {
      const copy = copyReportedPatch(patch)
      throwIfClosed()
      return wait(signal, (resolve, reject) => hub.report(copy, { resolve, reject }))
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
    close: hub.close,
  }

  return {
    twin: Object.freeze(twin),
    get document() {
      return synced ? document : undefined
    },
    receive,
    open(start) {
      if (ofApp?.aborted) void hub.close()
      else {
        if (ofApp !== undefined) offSignal = onAbort(ofApp, () => void hub.close())
        start()
      }
    },
  }
}

function isNews(patch: JsonObject): boolean {
  return Object.keys(patch).length > 0
}
