import { readPasted } from 'hubtwin-device-models/pasted'
import { parseConnectionString } from '../hub/connection-string.ts'
import { openRegistry, type Registry, type RegistryOptions } from '../hub/registry.ts'
import type { ServiceError } from '../hub/service-error.ts'
import { printNotice } from '../terminal.ts'

/**
 * The well-known policy of the local hub: the same on every machine, so not a secret. It repeats
 * the emulator's `DEVELOPMENT_SERVICE_CONNECTION_STRING`, so that the back end does not depend on
 * the emulator.
 */
export const LOCAL_HUB_CONNECTION_STRING: string =
  'HostName=localhost:10480;SharedAccessKeyName=iothubowner;SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE=;UseDevelopmentEmulator=true'

const NAME = 'IOTHUB_CONNECTION_STRING'

/** A command may open the hub twice. */
let isAnnounced = false

/** Returns the hub's connection string. Without one in the environment, returns the local hub's. */
export function hubConnectionString(): string {
  return givenConnectionString() || LOCAL_HUB_CONNECTION_STRING
}

/**
 * Reports whether the commands use the local hub, because IOTHUB_CONNECTION_STRING names no other
 * hub.
 */
export function usesLocalHub(): boolean {
  return !givenConnectionString()
}

/**
 * Returns the interval at which a command polls a hub. Azure limits requests; the local hub does
 * not.
 */
export function pollIntervalInMs(): number {
  return parseConnectionString(hubConnectionString()).isLoopback ? 500 : 5000
}

/**
 * Opens the hub that IOTHUB_CONNECTION_STRING names. Without it, opens the local hub and prints a
 * notice.
 */
export function hubFromEnvironment(options: RegistryOptions = {}): Registry {
  const registry = openRegistry(hubConnectionString(), options)
  printLocalHub(registry.authority)
  return registry
}

/** Returns the hub's connection string and its `host:port`, with the same notice. */
export function connectionFromEnvironment(): { readonly connectionString: string; readonly authority: string } {
  const connectionString = hubConnectionString()
  const { hostName, port } = parseConnectionString(connectionString)
  const authority = port === undefined ? hostName : `${hostName}:${port}`
  printLocalHub(authority)
  return { connectionString, authority }
}

function printLocalHub(authority: string): void {
  if (!usesLocalHub() || isAnnounced) return
  isAnnounced = true
  const problem = process.env[NAME] === undefined ? 'is not set' : 'is empty'
  printNotice(`${NAME} ${problem}: using the local hub at ${authority}`)
}

function givenConnectionString(): string {
  return readPasted(process.env[NAME] ?? '', 'policy').text
}

/**
 * Adds advice to an error's message: how to start the local hub, or how to find the right device.
 */
export function messageWithAdvice(error: ServiceError): string {
  const { message } = error
  const advice = adviceFor(error)
  return advice === undefined ? message : `${message}; ${advice}`
}

function adviceFor({ code, hubCode, systemCode }: ServiceError): string | undefined {
  const { isLoopback: isLocal, plain } = parseConnectionString(hubConnectionString())
  if (systemCode === 'ECONNRESET' && plain) {
    return 'if this is its port with TLS, remove UseDevelopmentEmulator=true from the connection string'
  }
  if (code === 'ERR_UNREACHABLE' && isLocal) return 'start one in another terminal: npm run emulator'
  if (hubCode === 'DeviceNotFound') return 'npm run service -- query "SELECT deviceId FROM devices" lists the devices'
  return undefined
}
