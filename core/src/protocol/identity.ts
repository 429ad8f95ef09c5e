/** Who a twin belongs to: a device, or a module of a device. */
export interface DeviceIdentity {
  /** The hub's name as tokens are signed for it, such as `contoso.azure-devices.net`; without a port. */
  readonly hostName: string
  readonly deviceId: string
  readonly moduleId?: string
}

const API_VERSION = '2021-04-12'

/**
 * Names, IPv4 addresses and bracketed IPv6 addresses. An underscore is not legal in a host name (RFC 952), but services of
 * a compose file have it, and resolvers and browsers accept it.
 */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)$/

/** docs/protocol/protocol.md §3; colon and semicolon are in the service's own description and not in the documents. */
const ID = /^[A-Za-z0-9\-.+%_#*?!(),:;=@$']{1,128}$/

export function isHost(text: string): boolean {
  return HOST.test(text)
}

export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]'
}

/**
 * @returns what is wrong with an identifier of a device or a module, `undefined` when nothing is.
 */
export function idFault(id: string): string | undefined {
  if (id.length > 128) return `has ${id.length} characters; the hub takes 128`
  return ID.test(id)
    ? undefined
    : "has a character that the hub does not take; letters, digits and - . + % _ # * ? ! ( ) , : ; = @ $ ' are"
}

/**
 * A checked, frozen copy.
 *
 * @throws TypeError names the property at fault.
 */
export function copyIdentity(identity: DeviceIdentity): DeviceIdentity {
  if (typeof identity !== 'object' || identity === null) throw new TypeError('identity is not { hostName, deviceId }')
  const { hostName, deviceId, moduleId } = identity
  if (typeof hostName !== 'string' || !isHost(hostName)) {
    throw new TypeError(
      'identity.hostName is not the name of a host, such as "contoso.azure-devices.net" (no scheme, no port)',
    )
  }
  for (const [name, id] of [
    ['deviceId', deviceId],
    ['moduleId', moduleId],
  ] as const) {
    if (id === undefined && name === 'moduleId') continue
    const fault = typeof id === 'string' ? idFault(id) : 'is not a string'
    if (fault !== undefined) throw new TypeError(`identity.${name} ${fault}`)
  }
  return Object.freeze({ hostName, deviceId, ...(moduleId !== undefined && { moduleId }) })
}

/** MQTT client identifier (docs/protocol/protocol.md §1.4): as it is, nothing encoded. */
export function clientId({ deviceId, moduleId }: DeviceIdentity): string {
  return moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`
}

/** MQTT user name (docs/protocol/protocol.md §1.4). Without the api-version the hub answers reported patches with 400. */
export function userName(identity: DeviceIdentity): string {
  return `${identity.hostName}/${clientId(identity)}/?api-version=${API_VERSION}&DeviceClientType=hubtwin`
}
