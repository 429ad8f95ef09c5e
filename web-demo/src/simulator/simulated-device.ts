import type {
  DesiredChange,
  Feature,
  JsonObject,
  ReportedChange,
  TwinDocument,
  TwinOptions,
  TwinObservation,
  TwinStatus,
} from 'hubtwin/light'
import { openSharedDevice, type SharedDevice, type SharedTwin, type TabRole } from 'hubtwin/light/shared-device'
import { type MethodHandler, methods } from 'hubtwin/methods'
import type { MessageHandler, Messages } from 'hubtwin/messages'
import { telemetry } from 'hubtwin/telemetry'
import { THERMOSTAT_MODEL_ID } from 'hubtwin-device-models'
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
  /** The hub has stored a message of this device, or the device has accepted a message. */
  | { readonly type: 'acknowledged'; readonly messageId: string }

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
  readonly isModule: boolean
  /** Connects again with the messages to the device, or to the inputs of the module. */
  receive(feature: Feature<Messages>, handler: MessageHandler): void
  /** Shows PUBACK of a received message in the timeline. */
  showAcknowledgment(messageId: string): void
  /** Sends strings unchanged. A string that is JSON gets the content type of JSON. */
  readonly telemetry: Pick<OwnTelemetry, 'send' | 'waiting'>
  disconnect(): Promise<void>
  connect(): void
}

interface Uses {
  readonly telemetry: ReturnType<typeof telemetry>
  readonly methods: ReturnType<typeof methods>
}

type OpenDevice = SharedDevice<{
  readonly telemetry: Uses['telemetry']
  readonly methods: Uses['methods']
}>

/** The messages, which only an open panel receives. */
interface Inbox {
  readonly feature: Feature<Messages>
  readonly handler: MessageHandler
}

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
    (messageId) => emit({ type: 'acknowledged', messageId }),
  )
  let lastKnown: TwinDocument | undefined
  let inbox: Inbox | undefined
  let device = open()

  function open(): OpenDevice {
    return openConnection({ faults, endpoint, inbox, handleCall, emit })
  }

  async function reopen(): Promise<void> {
    const before = device
    if (before.status.type === 'closed') return
    readDocument()
    await before.close()
    if (device === before) device = open()
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
    isModule: moduleId !== undefined,
    receive(feature, handler) {
      inbox = { feature, handler }
      void reopen()
    },
    showAcknowledgment(messageId) {
      // PUBACK leaves when the handler has resolved.
      setTimeout(() => emit({ type: 'acknowledged', messageId }))
    },
    telemetry: ownTelemetry,
    disconnect: () => device.close(),
    connect() {
      readDocument()
      device = open()
    },
  }
}

interface ConnectionParts {
  readonly faults: Faults
  readonly endpoint: string | undefined
  readonly inbox: Inbox | undefined
  readonly handleCall: MethodHandler
  readonly emit: (event: DeviceEvent) => void
}

function openConnection({ faults, endpoint, inbox, handleCall, emit }: ConnectionParts): OpenDevice {
  const use = { telemetry: telemetry(), methods: methods() }
  const options = {
    endpoint,
    modelId: THERMOSTAT_MODEL_ID,
    // Shorter than the default of a minute, because a person is waiting.
    maxRetryDelayInMs: 10_000,
    connectTimeoutInMs: 10_000,
    wakeSource: faults.wakeSource,
    // Deferred: the twin emits its first observations before the caller has the device.
    observer: (observation: TwinObservation) => queueMicrotask(() => emit({ type: 'observation', observation })),
  }
  const opened =
    inbox === undefined
      ? openSharedDevice(faults.credentials, { ...options, use })
      : openWithMessages(faults, { ...options, use }, inbox)
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

function openWithMessages(
  { credentials }: Faults,
  { use, ...options }: TwinOptions & { readonly use: Uses },
  { feature, handler }: Inbox,
): OpenDevice {
  const opened = openSharedDevice(credentials, { ...options, use: { ...use, messages: feature } })
  opened.messages.listen(handler)
  return opened
}
