import { parseAuthority, webSocketEndpoint } from './endpoint.ts'
import { createIdentity, type DeviceIdentity, idProblem, isLoopback } from './identity.ts'
import { typeName } from './json.ts'
import { readToken } from './sas.ts'

/**
 * The parts of a connection string.
 *
 * @example
 * ```ts
 * import { type ConnectionString, parseConnectionString } from 'hubtwin'
 *
 * declare const text: string
 * const parsed: ConnectionString = parseConnectionString(text)
 * console.log(parsed.identity.hostName, parsed.sharedAccessKey === undefined ? 'no key' : 'a key')
 * ```
 */
export interface ConnectionString {
  readonly identity: DeviceIdentity
  /** base64 */
  readonly sharedAccessKey?: string
  /** The policy of the key; without it, the key is the device's own. */
  readonly sharedAccessKeyName?: string
  /** A ready-made token, which hubtwin cannot renew. */
  readonly sharedAccessSignature?: string
  /** The URL to connect to, if it is not `wss://{hostName}`. */
  readonly endpoint?: string
}

const NAMES = [
  'HostName',
  'DeviceId',
  'ModuleId',
  'SharedAccessKeyName',
  'SharedAccessKey',
  'SharedAccessSignature',
  'GatewayHostName',
  'UseDevelopmentEmulator',
  'x509',
] as const

type Name = (typeof NAMES)[number]
type Parts = { readonly [name in Name]?: string }

/**
 * Parses a connection string of a device or of a module.
 *
 * The grammar is the official SDK's (docs/protocol/protocol.md §3). Where that SDK silently skips a
 * part, this function throws. The HostName may have a port, which a local hub needs; the port is
 * not part of the identity. `UseDevelopmentEmulator=true` means an unencrypted connection to this
 * machine: the GatewayHostName, or the HostName without a gateway, must be localhost, 127.0.0.1, or
 * [::1]. The function ignores white space around the string.
 *
 * @throws SyntaxError names the malformed part, and never repeats a key or a signature
 * @example
 * ```ts
 * import { parseConnectionString } from 'hubtwin'
 *
 * const { identity } = parseConnectionString(
 *   'HostName=contoso.azure-devices.net;DeviceId=device1;SharedAccessKey=bWFkZS11cA==',
 * )
 * console.log(identity.deviceId) // "device1"
 * ```
 */
export function parseConnectionString(text: string): ConnectionString {
  if (typeof text !== 'string') {
    throw new TypeError(`Connection string is ${typeName(text)}, not a string`)
  }
  // A file or an environment variable often ends in a line break.
  const parts = split(text.trim())
  const hub = readHost(parts, 'HostName')
  const deviceId = readId(parts, 'DeviceId')
  if (hub === undefined) throw malformed('has no HostName')
  if (deviceId === undefined) {
    // The portal shows a policy's connection string first, so people paste it often.
    const isOfPolicy = parts.SharedAccessKeyName !== undefined
    throw malformed(`has no DeviceId${isOfPolicy ? "; it is the hub's policy key, not a device's" : ''}`)
  }
  const identity = createIdentity(hub.host, deviceId, readId(parts, 'ModuleId'))
  const endpoint = readEndpoint(parts, hub)
  return Object.freeze({ identity, ...readCredential(parts, identity), ...(endpoint !== undefined && { endpoint }) })
}

function malformed(problem: string): SyntaxError {
  return new SyntaxError(`Connection string ${problem}`)
}

function split(text: string): Parts {
  if (text === '') throw malformed('is empty; expected HostName=…;DeviceId=…;SharedAccessKey=…')
  if (/^['"]/.test(text)) throw malformed('has quotes around it')
  const parts: { [name in Name]?: string } = {}
  const pieces = text.replace(/;$/, '').split(';')
  pieces.forEach((piece, index) => {
    const [name = '', ...values] = piece.split('=')
    const where = `part ${index + 1} of ${pieces.length}`
    if (values.length === 0) throw malformed(`has no "=" in ${where}`)
    const known = readName(name, where)
    // A base64 value may end with "=".
    const value = values.join('=')
    if (known in parts) throw malformed(`has ${known} twice`)
    if (value === '') throw malformed(`has an empty ${known}`)
    // A token has a space after its scheme.
    if (/\s/.test(known === 'SharedAccessSignature' ? value.replace(' ', '') : value)) {
      throw malformed(`has white space in ${known}`)
    }
    parts[known] = value
  })
  return parts
}

function readName(name: string, where: string): Name {
  if (/\s/.test(name)) throw malformed(`has white space before "=" in ${where}`)
  const similar = NAMES.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  if (similar === name) return similar
  if (similar !== undefined) throw malformed(`has "${name}" in ${where}; write ${similar}`)
  // The text may be a pasted key, so the message repeats only a name that cannot be a key.
  const quoted = /^[A-Za-z]{1,24}$/.test(name) ? ` "${name}"` : ''
  throw malformed(
    `has an unknown name${quoted} in ${where}; known are ${NAMES.filter((item) => item !== 'x509').join(', ')}`,
  )
}

function readHost(parts: Parts, name: 'HostName' | 'GatewayHostName'): { host: string; port?: number } | undefined {
  const text = parts[name]
  if (text === undefined) return undefined
  const authority = parseAuthority(text)
  if (authority === undefined)
    throw malformed(`has a ${name} that is not a host or host:port, such as contoso.azure-devices.net`)
  return authority
}

function readId(parts: Parts, name: 'DeviceId' | 'ModuleId'): string | undefined {
  const id = parts[name]
  if (id === undefined) return undefined
  const problem = idProblem(id)
  if (problem !== undefined) throw malformed(`has a ${name} that ${problem}`)
  return id
}

function readEndpoint(parts: Parts, hub: { host: string; port?: number }): string | undefined {
  const { host, port } = readHost(parts, 'GatewayHostName') ?? hub
  const plain = parts.UseDevelopmentEmulator
  if (plain !== undefined && plain !== 'true' && plain !== 'false')
    throw malformed('has a UseDevelopmentEmulator that is not true or false')
  if (plain === 'true' && !isLoopback(host)) {
    throw malformed(
      `has UseDevelopmentEmulator=true with the host ${host}; it is only for localhost, 127.0.0.1 and [::1]`,
    )
  }
  if (plain !== 'true' && port === undefined && host === hub.host) return undefined
  return webSocketEndpoint(port === undefined ? host : `${host}:${port}`, plain === 'true' ? 'ws' : 'wss')
}

function readCredential(parts: Parts, identity: DeviceIdentity): Omit<ConnectionString, 'identity' | 'endpoint'> {
  const { SharedAccessKey: key, SharedAccessKeyName: keyName, SharedAccessSignature: signature } = parts
  if (parts.x509 !== undefined)
    throw malformed('asks for X.509, which a WebSocket in a browser lacks; use a key or a signature')
  if (key !== undefined && signature !== undefined)
    throw malformed('has both a SharedAccessKey and a SharedAccessSignature')
  if (signature !== undefined) {
    if (keyName !== undefined)
      throw malformed('has both a SharedAccessKeyName and a SharedAccessSignature, which names its own')
    try {
      readToken(signature, identity)
    } catch (error) {
      throw malformed(`is malformed: ${(error as Error).message}`)
    }
    return { sharedAccessSignature: signature }
  }
  if (key === undefined) throw malformed('has neither a SharedAccessKey nor a SharedAccessSignature')
  if (!isBase64(key)) throw malformed('has a SharedAccessKey that is not base64')
  return { sharedAccessKey: key, ...(keyName !== undefined && { sharedAccessKeyName: keyName }) }
}

export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}
