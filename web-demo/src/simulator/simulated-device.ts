import type {
  DesiredChange,
  JsonObject,
  ReportedChange,
  TwinDocument,
  TwinObservation,
  TwinStatus,
} from 'hubtwin/light'
import { openSharedDevice, type SharedDevice, type SharedTwin, type TabRole } from 'hubtwin/light/shared-device'
import { type MethodHandler, methods } from 'hubtwin/methods'
import { telemetry } from 'hubtwin/telemetry'
import { MODEL_ID } from 'hubtwin-device-models'
import { type Grant, makeAccess } from './connect/grant.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Place } from './page/advice.ts'
import { createOwnTelemetry, type OwnTelemetry } from './telemetry/own-telemetry.ts'

/** An event of the device, for the views. */
export type DeviceEvent =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'role'; readonly role: TabRole }
  | { readonly type: 'desired'; readonly change: DesiredChange<JsonObject> }
  | { readonly type: 'reported'; readonly change: ReportedChange }
  | { readonly type: 'observation'; readonly observation: TwinObservation }
  /** The hub has stored a message of this device. */
  | { readonly type: 'telemetryAcknowledged'; readonly messageId: string }

export type ReportResult =
  | { readonly type: 'accepted'; readonly version: number; readonly tookInMs: number }
  | { readonly type: 'failed'; readonly error: Error }

/** The device that this page simulates: its twin, and the faults that you can inject. */
export interface SimulatedDevice {
  readonly grant: Grant
  /** With the module ID after a slash, if it is a module. */
  readonly deviceId: string
  readonly hub: string
  readonly place: Place
  readonly faults: Faults
  /** Shared with the other tabs of this page that simulate the same device. */
  readonly twin: SharedTwin
  /** The last known twin, kept across reconnects; `undefined` before the first sync. */
  readonly document: TwinDocument | undefined
  report(patch: JsonObject): Promise<ReportResult>
  /** Sends texts unchanged. A text that is JSON gets the content type of JSON. */
  readonly telemetry: Pick<OwnTelemetry, 'send' | 'waiting'>
  disconnect(): Promise<void>
  connect(): void
}

type OpenDevice = SharedDevice<{
  readonly telemetry: ReturnType<typeof telemetry>
  readonly methods: ReturnType<typeof methods>
}>

/** @throws SyntaxError for a malformed connection string or identity */
export function createSimulatedDevice(
  grant: Grant,
  emit: (event: DeviceEvent) => void,
  handleCall: MethodHandler,
): SimulatedDevice {
  const { credentials, endpoint, holds } = makeAccess(grant)
  const { deviceId, moduleId, hostName } = credentials.identity
  const url = new URL(endpoint ?? `wss://${hostName}`)
  const faults = createFaults(credentials)
  const ownTelemetry = createOwnTelemetry(
    () => device.telemetry,
    (messageId) => emit({ type: 'telemetryAcknowledged', messageId }),
  )
  let lastKnown: TwinDocument | undefined
  let device = open()

  function open(): OpenDevice {
    const opened = openSharedDevice(faults.credentials, {
      endpoint,
      modelId: MODEL_ID,
      use: { telemetry: telemetry(), methods: methods() },
      // Shorter than the default of a minute, because a person is waiting.
      maxRetryDelayInMs: 10_000,
      connectTimeoutInMs: 10_000,
      wakeSource: faults.wakeSource,
      // Deferred: the twin emits its first observations before the caller has the device.
      observer: (observation) => queueMicrotask(() => emit({ type: 'observation', observation })),
    })
    opened.methods.handleOthers(handleCall)
    opened.onStatus((status) => {
      faults.handleStatus(status.type)
      emit({ type: 'status', status })
    })
    opened.onRole((role) => emit({ type: 'role', role }))
    opened.twin.onDesired((change) => emit({ type: 'desired', change }))
    opened.twin.onReported((change) => emit({ type: 'reported', change }))
    return opened
  }

  function readDocument(): TwinDocument | undefined {
    const { desired, reported, versions, status } = device.twin
    if (status.type === 'ready' || versions.desired > 0) lastKnown = { desired, reported, versions }
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
    faults,
    get twin() {
      return device.twin
    },
    get document() {
      return readDocument()
    },
    async report(patch) {
      const start = performance.now()
      return await device.twin.report(patch).then(
        (version): ReportResult => ({ type: 'accepted', version, tookInMs: performance.now() - start }),
        (error: Error): ReportResult => ({ type: 'failed', error }),
      )
    },
    telemetry: ownTelemetry,
    disconnect: () => device.close(),
    connect() {
      readDocument()
      device = open()
    },
  }
}
