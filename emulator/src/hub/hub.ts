import { setMaxListeners } from 'node:events'
import type { ConnectionInfo } from '../mqtt/connection-info.ts'
import { connectionInfo } from '../mqtt/connection-info.ts'
import { Connections } from '../mqtt/connections.ts'
import { createCloudDeliveries } from '../messages/cloud-deliveries.ts'
import { createDevicePublishes } from '../mqtt/device-publishes.ts'
import { createMethodCalls } from '../methods/method-calls.ts'
import { createMqttServer } from '../mqtt/mqtt-server.ts'
import { createTwinRequests } from '../twin/twin-requests.ts'
import { createUpgrades } from '../mqtt/upgrade.ts'
import type { ConnectionStrings } from './connection-strings.ts'
import { connectionStrings } from './connection-strings.ts'
import { createControlApp } from '../control/control-app.ts'
import type { HubAddresses } from '../control/control-app.ts'
import { developmentDeviceId, developmentDeviceKey } from './development-device.ts'
import type { Endpoints } from './endpoints.ts'
import { endpointsOf } from './endpoints.ts'
import { createEventLog } from '../events/event-log.ts'
import type { HubEvents } from '../events/event-stream.ts'
import { createEventStream } from '../events/event-stream.ts'
import type { Faults } from '../faults/faults.ts'
import { createFaults } from '../faults/faults.ts'
import type { HubOptions } from './hub-options.ts'
import type { HubClock } from './hub-clock.ts'
import { createHubClock } from './hub-clock.ts'
import type { Listener } from '../http/listener.ts'
import { listen } from '../http/listener.ts'
import { listenMqtt } from '../mqtt/listen-mqtt.ts'
import { sendToDevice } from '../messages/cloud-messages.ts'
import type { Context } from './context.ts'
import { createJobRunner } from '../jobs/job-runner.ts'
import { createIdentity } from '../identity/identities.ts'
import { createMessageExpiry } from '../messages/message-expiry.ts'
import { invokeMethod } from '../methods/invoke-method.ts'
import { createSnapshots } from '../snapshots/snapshots.ts'
import { createThrottle, noThrottle } from '../throttling/throttle.ts'
import { readTwin, updateTwin } from '../twin/twins.ts'
import { createRestApp } from './rest-app.ts'
import { checkHostName, checkOrigins } from '../http/host-name.ts'
import { identityOf } from '../identity/identity-id.ts'
import type { IdentityRequest } from '../identity/identity.ts'
import { parseIdentityRequest } from '../identity/identity.ts'
import type { CloudMessageRequest } from '../messages/cloud-message.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { parseMethodCall } from '../methods/method.ts'
import { concurrentJobs } from '../throttling/tier.ts'
import { CloudMessageQueues } from '../messages/cloud-message-queues.ts'
import { Jobs } from '../jobs/stored-jobs.ts'
import { openStore } from '../store/open-store.ts'
import { openPolicies } from '../access/stored-policies.ts'
import { Registry } from '../identity/registry.ts'
import { openCertificates } from '../tls/certificates.ts'

/** A hub that is running. */
export interface Hub {
  readonly hostName: string
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
  readonly endpoints: Endpoints
  /** PEM of the development CA that signed the hub's certificate. */
  readonly certificateAuthority: string
  /** Where the CA is, with a data folder. */
  readonly certificateAuthorityFile?: string
  readonly connectionStrings: ConnectionStrings
  readonly faults: Faults
  /** The hub's time, which may be set. */
  readonly clock: HubClock
  /** Telemetry, twins that change, devices that come and go, methods and messages, as it happens. */
  readonly events: HubEvents
  /** Creates a device; fields of the body are those of REST (`status`, `authentication`, …). @returns its identity document */
  createDevice(deviceId: string, body?: JsonObject): Promise<JsonObject>
  createModule(deviceId: string, moduleId: string, body?: JsonObject): Promise<JsonObject>
  /** The whole twin, as REST gives it. @throws Refusal where it is not registered */
  twin(deviceId: string, moduleId?: string): JsonObject
  /** PATCHes a twin, as a back end does: `{ tags, properties: { desired } }`. @returns the whole twin */
  updateTwin(deviceId: string, patch: JsonObject, options?: UpdateTwinOptions): Promise<JsonObject>
  /** Calls a direct method. @throws Refusal DeviceNotOnline, GatewayTimeout and what else REST answers */
  invokeMethod(deviceId: string, call: MethodRequest, moduleId?: string): Promise<{ status: number; payload: Json }>
  /** Queues a cloud-to-device message. @throws Refusal DeviceMaximumQueueDepthExceeded where fifty wait */
  sendToDevice(deviceId: string, message: CloudMessageRequest): Promise<JsonObject>
  /** All that is stored: identities with their keys, twins, messages, jobs, policies. JSON that `restore` takes, of this hub or another. */
  snapshot(): JsonObject
  /**
   * Puts a snapshot in the place of all that is stored. Connections are dropped, since their twins have changed under them; who writes meanwhile is
   * answered 503.
   *
   * @throws Refusal ArgumentInvalid, with the place, where it is no snapshot; then nothing has changed. ServiceUnavailable where the store fails
   */
  restore(snapshot: unknown): Promise<void>
  connections(): ConnectionInfo[]
  /** Drops every connection, writes what is on its way, and frees the ports and the data folder. */
  close(): Promise<void>
}

/** A call of a direct method, as REST takes it. */
export interface MethodRequest {
  readonly methodName: string
  readonly payload?: Json
  /** 5 to 300. @default 30 */
  readonly responseTimeoutInSeconds?: number
  /** How long to wait for the device to connect and subscribe, 0 to 300. @default 0 */
  readonly connectTimeoutInSeconds?: number
}

export interface UpdateTwinOptions {
  readonly moduleId?: string
  readonly ifMatch?: string
}

/**
 * Starts an IoT Hub on this machine.
 *
 * @returns once it listens
 * @throws Error where a port is taken (`code` EADDRINUSE) or another hub has the data folder; RangeError for no host name, or no origin
 */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const { address = '127.0.0.1', dataFolder, devices = [] } = options
  const hostName = checkHostName(options.hostName ?? 'localhost')
  // What was opened last is closed first.
  const undo: (() => Promise<void>)[] = []
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= runInOrder(undo))
  let isListening = false
  try {
    const store = await openStore(dataFolder)
    undo.unshift(() => store.close())
    const registry = await Registry.load(store)
    undo.unshift(() => registry.idle())
    const jobs = await Jobs.load(store)
    undo.unshift(() => jobs.idle())
    const messages = await CloudMessageQueues.load(
      store,
      (owner) => registry.find({ deviceId: owner.deviceId })?.generationId === owner.generationId,
    )
    undo.unshift(() => messages.idle())
    const storedPolicies = await openPolicies(store)
    const { policies } = storedPolicies
    const certificates = await openCertificates(dataFolder, hostName, address)

    const hubClock = createHubClock(options.clock ?? Date.now)
    const clock = hubClock.now
    const { tier, units = 1 } = options
    const ending = new AbortController()
    // Everything that is throttled waits with it.
    setMaxListeners(0, ending.signal)
    undo.unshift(async () => ending.abort())
    const connections = new Connections()
    const faults = createFaults(connections, clock)
    const onError = options.onError ?? (() => undefined)
    const events = createEventStream(clock, onError)
    undo.unshift(async () => events.close())
    const log = createEventLog()
    events.listen((event) => log.add(event))
    const context: Context = {
      registry,
      jobs,
      wakeJobs: () => runner.wake(),
      messages,
      events,
      clock,
      until: hubClock.until,
      throttle:
        tier === undefined
          ? noThrottle
          : createThrottle({ tier, units }, clock, (time) => hubClock.until(time, ending.signal)),
      emptyPatchCounts: options.emptyPatchCounts ?? true,
      onError,
      devices: {
        isConnected: (identity) => connections.find(identity) !== undefined,
        get connectedCount() {
          return connections.count
        },
        notify: (identity, notification) => twins.notify(identity, notification),
        invoke: (identity, call) => methods.invoke(identity, call),
        deliver(identity) {
          const connection = connections.find(identity)
          if (connection !== undefined) deliveries.deliver(connection)
        },
        disconnect: (identity) => connections.find(identity)?.destroy(),
      },
    }
    const twins = createTwinRequests(context, connections, faults)
    undo.unshift(async () => twins.close())
    const methods = createMethodCalls(connections, events)
    undo.unshift(async () => methods.close())
    const deliveries = createCloudDeliveries(context)
    const grace = options.expiryGraceInSeconds ?? 600
    const slowClientTimeoutInMs = options.slowClientTimeoutInMs ?? 30_000
    const mqtt = await createMqttServer({
      context,
      connections,
      publishes: createDevicePublishes({ context, twins, methods }),
      methods,
      deliveries,
      faults,
      hostName,
      policies,
      expiryGraceInSeconds: grace,
      connectTimeoutInMs: slowClientTimeoutInMs,
    })
    undo.unshift(() => mqtt.close())
    await createMissing(context, developmentDeviceId, developmentDevice)
    await Promise.all([...new Set(devices)].map((deviceId) => createMissing(context, deviceId, {})))

    const runner = createJobRunner(context, tier && concurrentJobs(tier))
    undo.unshift(() => runner.pause())
    runner.wake()
    const messageExpiry = createMessageExpiry(context)
    undo.unshift(async () => messageExpiry.close())
    const unhook = hubClock.onJump(() => {
      mqtt.endExpired()
      messageExpiry.look()
      runner.wake()
    })
    undo.unshift(async () => unhook())

    const swapped = (): void => {
      mqtt.dropAll()
      log.restart()
    }
    const snapshots = createSnapshots({ context, store, policies: storedPolicies, runner, swapped })
    undo.unshift(() => snapshots.close())

    const upgrades = createUpgrades({ mqtt, faults, hostName, origins: checkOrigins(options.origins ?? []) })
    undo.unshift(async () => upgrades.close())
    const authority = { hostName, policies, clock }
    const addresses = (): HubAddresses => ({
      endpoints: endpointsOf(address, hostName, ports),
      connectionStrings: connectionStrings(context, hostName, ports, policies),
    })
    const control = createControlApp({
      context,
      authority,
      faults,
      clock: hubClock,
      snapshots,
      isReady: () => isListening && closing === undefined,
      log,
      addresses,
    })
    const app = createRestApp(context, authority, faults, control)
    const opened = async (port: number, certificate?: { cert: string; key: string }): Promise<Listener> => {
      const settings = { port, address, slowClientTimeoutInMs, ...(certificate && { certificate }) }
      const listener = await listen(app, upgrades, settings)
      undo.unshift(() => listener.close())
      return listener
    }
    const securePort = (await opened(options.securePort ?? 0, certificates.server)).port
    const plainPort = (await opened(options.plainPort ?? 0)).port
    const mqttListener = await listenMqtt(mqtt, {
      port: options.mqttPort ?? 0,
      address,
      slowClientTimeoutInMs,
      certificate: certificates.server,
    })
    undo.unshift(() => mqttListener.close())
    const ports = { securePort, plainPort, mqttPort: mqttListener.port }
    isListening = true

    return {
      hostName,
      ...ports,
      ...addresses(),
      certificateAuthority: certificates.authority,
      ...(certificates.authorityFile && { certificateAuthorityFile: certificates.authorityFile }),
      faults,
      clock: hubClock,
      events,
      createDevice: (deviceId, body = {}) => createIdentity(context, { deviceId }, parseIdentityRequest(body)),
      createModule: (deviceId, moduleId, body = {}) =>
        createIdentity(context, { deviceId, moduleId }, parseIdentityRequest(body)),
      twin: (deviceId, moduleId) => readTwin(context, identityOf(deviceId, moduleId)),
      updateTwin: (deviceId, patch, { moduleId, ifMatch } = {}) =>
        updateTwin(context, identityOf(deviceId, moduleId), patch, ifMatch),
      invokeMethod: async (deviceId, call, moduleId) =>
        invokeMethod(context, identityOf(deviceId, moduleId), parseMethodCall({ ...call })),
      sendToDevice: (deviceId, message) => sendToDevice(context, deviceId, message),
      snapshot: snapshots.take,
      restore: snapshots.restore,
      connections: () => connectionInfo(connections.all()),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function runInOrder(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) await step()
}

const developmentDevice: IdentityRequest = {
  authentication: { type: 'sas', primaryKey: developmentDeviceKey, secondaryKey: '' },
}

async function createMissing(context: Context, deviceId: string, wish: IdentityRequest): Promise<void> {
  if (context.registry.find({ deviceId }) === undefined) await createIdentity(context, { deviceId }, wish)
}
