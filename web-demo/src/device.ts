import {
  type DesiredChange,
  type JsonObject,
  openTwin,
  parseConnectionString,
  type Twin,
  type TwinDocument,
  type TwinStatus,
} from 'hubtwin'
import type { Place } from './page/advice.ts'
import { deletionsIn, joinPatches, patchToApply } from './report/apply.ts'

/** What happens to the device, in order, for whoever shows it. */
export type DeviceEvent =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'desired'; readonly change: DesiredChange }
  | { readonly type: 'report'; readonly report: Report }
  | { readonly type: 'reported'; readonly report: Report; readonly answer: Answer }

export interface Report {
  readonly patch: JsonObject
  /** Made while there was no connection: its round trip would tell of the wait, not of the hub. */
  readonly isHeld: boolean
}

export type Answer =
  | { readonly type: 'taken'; readonly version: number; readonly tookInMs: number }
  | { readonly type: 'failed'; readonly error: Error; readonly tookInMs: number }

/** The device that this page simulates: a twin, and an app that does what desired says when it is told to. */
export interface Device {
  readonly deviceId: string
  readonly hub: string
  readonly place: Place
  readonly twin: Twin
  /** Last known, also while the next connection has not brought it yet; `undefined` before the first did. */
  readonly document: TwinDocument | undefined
  /** What applying would report; empty when all is applied. */
  toApply(): JsonObject
  report(patch: JsonObject): Promise<Answer>
  disconnect(): Promise<void>
  connect(): void
}

export function createDevice(connectionString: string, tell: (event: DeviceEvent) => void): Device {
  const { identity, endpoint } = parseConnectionString(connectionString)
  const { deviceId, moduleId, hostName } = identity
  const url = new URL(endpoint ?? `wss://${hostName}`)
  let twin = open()
  let lastKnown: TwinDocument | undefined
  let deletions: JsonObject = {}

  function readDocument(): TwinDocument | undefined {
    const { desired, reported, versions, status } = twin
    if (status.type === 'ready' || versions.desired > 0) lastKnown = { desired: desired, reported: reported, versions }
    return lastKnown
  }

  function open(): Twin {
    // A minute between tries is for machines: here somebody is looking.
    const opened = openTwin(connectionString, { maxRetryDelayInMs: 10_000, connectTimeoutInMs: 10_000 })
    opened.onStatus((status) => tell({ type: 'status', status }))
    opened.onDesired((change) => {
      const known = joinPatches(deletions, deletionsIn(change.patch, change.desired, opened.reported))
      deletions = deletionsIn(known, change.desired, opened.reported)
      tell({ type: 'desired', change })
    })
    return opened
  }

  return {
    deviceId: moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`,
    hub: url.host,
    place: { isLocal: ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname), isSecure: url.protocol === 'wss:' },
    get twin() {
      return twin
    },
    get document() {
      return readDocument()
    },
    toApply() {
      const { desired, reported } = readDocument() ?? { desired: {}, reported: {} }
      return joinPatches(deletionsIn(deletions, desired, reported), patchToApply(desired, reported))
    },
    async report(patch) {
      const report: Report = { patch, isHeld: twin.status.type !== 'ready' }
      const begin = performance.now()
      tell({ type: 'report', report })
      const answer = await twin.report(patch).then(
        (version): Answer => ({ type: 'taken', version, tookInMs: performance.now() - begin }),
        (error: Error): Answer => ({ type: 'failed', error, tookInMs: performance.now() - begin }),
      )
      tell({ type: 'reported', report, answer })
      return answer
    },
    disconnect: () => twin.close(),
    connect() {
      readDocument()
      twin = open()
    },
  }
}

/** What `report` would say against a patch before anything is sent, by its own checks: an aborted signal keeps it here. */
export async function findPatchFault(twin: Twin, patch: JsonObject): Promise<string | undefined> {
  try {
    await twin.report(patch, { signal: AbortSignal.abort() })
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return error.message
  }
  return undefined
}
