import { createControlApp, type HubAddresses } from '../control/control-app.ts'
import { Refusal } from '../errors/refusal.ts'
import { checkHostName, checkOrigins } from '../http/host-name.ts'
import { type PortOption, explainListening } from '../http/listen-error.ts'
import { listen } from '../http/listener.ts'
import type { Listener } from '../http/open-port.ts'
import { createIdentity } from '../identity/identities.ts'
import type { IdentityRequest } from '../identity/identity.ts'
import { createMessageTimer } from '../messages/message-timer.ts'
import { connectionInfo } from '../mqtt/connections.ts'
import { createDevicePublishes } from '../mqtt/device-publishes.ts'
import { listenMqtt } from '../mqtt/listen-mqtt.ts'
import { type MqttServer, createMqttServer } from '../mqtt/mqtt-server.ts'
import { createUpgrades } from '../mqtt/upgrade.ts'
import { type Snapshots, createSnapshots } from '../snapshots/snapshots.ts'
import { type Certificates, openCertificates } from '../tls/certificates.ts'
import { chooseBySni } from '../tls/choose-certificate.ts'
import { type Ports, connectionStrings } from './connection-strings.ts'
import { checkOptions } from './check-options.ts'
import type { Context } from './context.ts'
import { DEVELOPMENT_DEVICE_ID, DEVELOPMENT_DEVICE_KEY } from './development-device.ts'
import { endpointsOf } from './endpoints.ts'
import { type Hub, createHubCalls } from './hub.ts'
import type { HubOptions } from './hub-options.ts'
import { type Records, openRecords } from './records.ts'
import { createRestApp } from './rest-app.ts'
import { type Services, createServices } from './services.ts'
import { type Shutdown, createShutdown } from './shutdown.ts'

/** The options with their defaults, and what the steps of the start share. */
interface Start {
  readonly options: HubOptions
  readonly hostName: string
  readonly address: string
  readonly slowClientTimeoutInMs: number
  readonly records: Records
  readonly services: Services
  readonly shutdown: Shutdown
}

/**
 * Starts a local hub.
 *
 * @returns the hub, once its ports listen
 * @throws Error if a port is taken (`code` EADDRINUSE), the machine does not have the address
 * (EADDRNOTAVAIL), another hub uses the data folder, or the folder is damaged; TypeError for an
 * unknown option or a value of a wrong type; RangeError for any other invalid option
 * @example
 * ```ts
 * import { type Hub, type HubOptions, startHub } from 'hubtwin-emulator'
 *
 * const options: HubOptions = { devices: ['kiosk-1'], onRefusedConnect: console.log }
 * const hub: Hub = await startHub(options)
 * console.log(hub.endpoints.http, hub.connectionStrings.device('kiosk-1', { plain: true }))
 * await hub.close()
 * ```
 */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  checkOptions(options)
  const { address = '127.0.0.1', dataFolder, slowClientTimeoutInMs = 30_000 } = options
  const hostName = checkHostName(options.hostName ?? 'localhost')
  const shutdown = createShutdown()
  try {
    const records = await openRecords(dataFolder, shutdown)
    const certificates = await openCertificates(dataFolder, hostName, address)
    const services = createServices(options, records, shutdown)
    const start = { options, hostName, address, slowClientTimeoutInMs, records, services, shutdown }
    const mqtt = await startMqtt(start)
    await createMissingDevices(services.context, options.devices ?? [])
    startTimers(start, mqtt)
    const snapshots = openSnapshots(start, mqtt)
    const addresses = await openPorts(start, mqtt, certificates, snapshots)

    const { context, connections, faults, clock, events } = services
    return {
      hostName,
      ...addresses,
      certificateAuthority: certificates.authority,
      ...(certificates.authorityFile && { certificateAuthorityFile: certificates.authorityFile }),
      faults,
      clock,
      events,
      ...createHubCalls(context, () => shutdown.hasBegun),
      snapshot: snapshots.take,
      restore: snapshots.restore,
      connections: () => connectionInfo(connections.all()),
      close: shutdown.run,
    }
  } catch (error) {
    await shutdown.run()
    throw error
  }
}

async function startMqtt({ options, services, records, ...start }: Start): Promise<MqttServer> {
  const mqtt = await createMqttServer({
    ...services,
    publishes: createDevicePublishes(services),
    hostName: start.hostName,
    policies: records.policies.policies,
    expiryGraceInSeconds: options.expiryGraceInSeconds ?? 600,
    connectTimeoutInMs: start.slowClientTimeoutInMs,
  })
  start.shutdown.add(() => mqtt.close())
  return mqtt
}

const DEVELOPMENT_DEVICE: IdentityRequest = {
  authentication: { type: 'sas', primaryKey: DEVELOPMENT_DEVICE_KEY, secondaryKey: '' },
}

async function createMissingDevices(context: Context, deviceIds: readonly string[]): Promise<void> {
  const create = async (deviceId: string, request: IdentityRequest): Promise<void> => {
    if (context.registry.find({ deviceId }) === undefined) await createIdentity(context, { deviceId }, request)
  }
  await create(DEVELOPMENT_DEVICE_ID, DEVELOPMENT_DEVICE)
  await Promise.all([...new Set(deviceIds)].map((deviceId) => create(deviceId, {})))
}

/**
 * Starts the jobs and the message timer. Both follow the hub's clock, as does the expiry of tokens.
 */
function startTimers({ services, shutdown }: Start, mqtt: MqttServer): void {
  const { context, runner, configurationRunner, clock, deliveries } = services
  shutdown.add(() => runner.pause())
  runner.wake()
  shutdown.add(() => configurationRunner.pause())
  configurationRunner.start()
  const messageTimer = createMessageTimer(context, deliveries)
  shutdown.add(() => messageTimer.close())
  const stopListening = clock.onJump(() => {
    mqtt.closeExpired()
    messageTimer.checkNow()
    runner.wake()
  })
  shutdown.add(stopListening)
}

function openSnapshots({ services, records, shutdown }: Start, mqtt: MqttServer): Snapshots {
  const { context, runner, configurationRunner, log, deliveries } = services
  const handleRestored = (): void => {
    mqtt.dropAll()
    context.feedback.clear()
    deliveries.forgetLocks()
    log.restart()
  }
  const { store, policies } = records
  const snapshots = createSnapshots({
    context,
    store,
    policies,
    runners: [runner, configurationRunner],
    handleRestored,
  })
  shutdown.add(() => snapshots.close())
  return snapshots
}

/** Opens the three ports. The hub is ready once all of them listen. */
async function openPorts(
  { options, hostName, address, slowClientTimeoutInMs, services, records, shutdown }: Start,
  mqtt: MqttServer,
  certificates: Certificates,
  snapshots: Snapshots,
): Promise<Ports & HubAddresses> {
  const { context, faults, clock, log } = services
  const { policies } = records.policies
  const authority = { hostName, policies, clock: clock.now }
  let addresses: (Ports & HubAddresses) | undefined
  const control = createControlApp({
    context,
    authority,
    faults,
    clock,
    snapshots,
    isReady: () => addresses !== undefined && !shutdown.hasBegun,
    log,
    addresses() {
      if (addresses === undefined) throw new Refusal('ServiceUnavailable', 'The hub is starting')
      return addresses
    },
  })
  const app = createRestApp(context, authority, faults, control)
  const upgrades = createUpgrades({ mqtt, faults, hostName, origins: checkOrigins(options.origins ?? []) })
  shutdown.add(() => upgrades.close())

  const certificate = chooseBySni(certificates.server)
  const settings = { address, slowClientTimeoutInMs }
  const { securePort = 0, plainPort = 0, mqttPort = 0 } = options
  const open = async (option: PortOption, listening: Promise<Listener>): Promise<number> => {
    const listener = await explainListening(option, address, listening)
    shutdown.add(() => listener.close())
    return listener.port
  }
  const ports = {
    securePort: await open('securePort', listen(app, upgrades, { ...settings, port: securePort, certificate })),
    plainPort: await open('plainPort', listen(app, upgrades, { ...settings, port: plainPort })),
    mqttPort: await open('mqttPort', listenMqtt(mqtt, { ...settings, port: mqttPort, certificate })),
  }
  addresses = {
    ...ports,
    endpoints: endpointsOf(address, hostName, ports),
    connectionStrings: connectionStrings(context, hostName, ports, policies),
  }
  return addresses
}
