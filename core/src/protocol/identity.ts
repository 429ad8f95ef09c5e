/** The identity of a device, or of a module of a device. */
export interface DeviceIdentity {
  /**
   * The hub's host name, for which tokens are signed: `contoso.azure-devices.net`, without a port.
   */
  readonly hostName: string
  readonly deviceId: string
  readonly moduleId?: string
}

const API_VERSION = '2021-04-12'

/**
 * Names, IPv4 addresses and bracketed IPv6 addresses. An underscore is not legal in a host name
 * (RFC 952), but names of Docker Compose services may have it, and resolvers and browsers accept
 * it.
 */
const HOST = /^(?:\[[\da-f:.]+\]|\w(?:[\w.-]*\w)?)$/i

/** docs/protocol/protocol.md §3; only the service's own description lists colon and semicolon. */
const ID_CHARACTERS = "A-Za-z0-9_.+%#*?!(),:;=@$'-"
const ID = new RegExp(`^[${ID_CHARACTERS}]+$`)
const MAX_ID_LENGTH = 128

export function isHost(text: string): boolean {
  return HOST.test(text)
}

export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]'
}

/** @returns the problem with a device or module ID, `undefined` when there is none */
export function idProblem(id: string): string | undefined {
  if (id.length > MAX_ID_LENGTH) return `has ${id.length} characters; the limit is ${MAX_ID_LENGTH}`
  return ID.test(id) ? undefined : `has a character that the hub rejects; it accepts ${ID_CHARACTERS}`
}

/**
 * A checked, frozen copy.
 *
 * @throws TypeError names the malformed property
 */
export function copyIdentity(identity: DeviceIdentity): DeviceIdentity {
  if (typeof identity !== 'object' || identity === null) throw new TypeError('identity is not { hostName, deviceId }')
  const { hostName, deviceId, moduleId } = identity
  if (typeof hostName !== 'string' || !isHost(hostName)) {
    throw new TypeError('identity.hostName is not a host such as contoso.azure-devices.net, without a port')
  }
  checkId('deviceId', deviceId)
  if (moduleId !== undefined) checkId('moduleId', moduleId)
  return createIdentity(hostName, deviceId, moduleId)
}

export function createIdentity(hostName: string, deviceId: string, moduleId: string | undefined): DeviceIdentity {
  return Object.freeze({ hostName, deviceId, ...(moduleId !== undefined && { moduleId }) })
}

function checkId(name: string, id: unknown): void {
  const problem = typeof id === 'string' ? idProblem(id) : 'is not a string'
  if (problem !== undefined) throw new TypeError(`identity.${name} ${problem}`)
}

/** The MQTT client identifier (docs/protocol/protocol.md §1.4), without any encoding. */
export function clientId({ deviceId, moduleId }: DeviceIdentity): string {
  return moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`
}

/**
 * The MQTT user name (docs/protocol/protocol.md §1.4). Without the api-version, the hub rejects
 * reports with 400.
 *
 * @param modelId leaves percent-encoded, as the SDKs for C and .NET send it
 *   (docs/protocol/device.md §10.1)
 */
export function userName(identity: DeviceIdentity, modelId?: string): string {
  const model = modelId === undefined ? '' : `&model-id=${encodeURIComponent(modelId)}`
  return `${identity.hostName}/${clientId(identity)}/?api-version=${API_VERSION}${model}&DeviceClientType=hubtwin`
}
