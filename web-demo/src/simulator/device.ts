import {
  type DesiredChange,
  type JsonObject,
  type ReportedChange,
  type Twin,
  type TwinDocument,
  type TwinObservation,
  type TwinStatus,
} from 'hubtwin/light'
import { openSharedTwin, type SharedTwin, type TabRole } from 'hubtwin/light/shared-twin'
import { type Grant, makeAccess } from './connect/grant.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Place } from './page/advice.ts'

/** What happens to the device, in order, for whoever shows it. */
export type DeviceEvent =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'role'; readonly role: TabRole }
  | { readonly type: 'desired'; readonly change: DesiredChange<JsonObject> }
  | { readonly type: 'reported'; readonly change: ReportedChange }
  | { readonly type: 'observation'; readonly observation: TwinObservation }

export type Answer =
  | { readonly type: 'taken'; readonly version: number; readonly tookInMs: number }
  | { readonly type: 'failed'; readonly error: Error }

/** The device that this page simulates: its twin, and what may befall its connection. */
export interface Device {
  readonly grant: Grant
  readonly deviceId: string
  readonly hub: string
  readonly place: Place
  /** What this page could lose. */
  readonly holds: 'key' | 'token' | 'nothing'
  readonly faults: Faults
  /** Shared with the other tabs of this page that are the same device. */
  readonly twin: SharedTwin
  /** Last known, also while the next connection has not brought it yet; `undefined` before the first did. */
  readonly document: TwinDocument | undefined
  report(patch: JsonObject): Promise<Answer>
  disconnect(): Promise<void>
  connect(): void
}

/** @throws SyntaxError for a grant that is none */
export function createDevice(grant: Grant, tell: (event: DeviceEvent) => void): Device {
  const { credentials, endpoint, holds } = makeAccess(grant)
  const { deviceId, moduleId, hostName } = credentials.identity
  const url = new URL(endpoint ?? `wss://${hostName}`)
  const faults = createFaults(credentials)
  let lastKnown: TwinDocument | undefined
  let twin = open()

  function open(): SharedTwin {
    const opened = openSharedTwin(faults.credentials, {
      endpoint,
      // A minute between tries is for machines: here somebody is looking.
      maxRetryDelayInMs: 10_000,
      connectTimeoutInMs: 10_000,
      wakeSource: faults.wakeSource,
      // Not within the call: the first ones come before the caller has its device.
      observer: (observation) => queueMicrotask(() => tell({ type: 'observation', observation })),
    })
    opened.onStatus((status) => {
      faults.look(status.type)
      tell({ type: 'status', status })
    })
    opened.onRole((role) => tell({ type: 'role', role }))
    opened.onDesired((change) => tell({ type: 'desired', change }))
    opened.onReported((change) => tell({ type: 'reported', change }))
    return opened
  }

  function readDocument(): TwinDocument | undefined {
    const { desired, reported, versions, status } = twin
    if (status.type === 'ready' || versions.desired > 0) lastKnown = { desired: desired, reported: reported, versions }
    return lastKnown
  }

  return {
    grant,
    deviceId: moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`,
    hub: url.host,
    place: {
      isLocal: ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname),
      isSecure: url.protocol === 'wss:',
      holds,
    },
    holds,
    faults,
    get twin() {
      return twin
    },
    get document() {
      return readDocument()
    },
    async report(patch) {
      const begin = performance.now()
      return await twin.report(patch).then(
        (version): Answer => ({ type: 'taken', version, tookInMs: performance.now() - begin }),
        (error: Error): Answer => ({ type: 'failed', error }),
      )
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
