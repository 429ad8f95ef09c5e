import { parseAuthority, webSocketEndpoint } from './endpoint.ts'
import { type DeviceIdentity, idFault, isLoopback } from './identity.ts'
import { typeName } from './json.ts'
import { readToken } from './sas.ts'

export interface ConnectionString {
  readonly identity: DeviceIdentity
  /** base64 */
  readonly sharedAccessKey?: string
  /** The policy whose key it is, where it is not the device's own. */
  readonly sharedAccessKeyName?: string
  /** A ready-made token; it can't be renewed. */
  readonly sharedAccessSignature?: string
  /** Where to connect, where that is not `wss://{hostName}`. */
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
 * The grammar is the official SDK's (docs/protocol/protocol.md §3), but what that silently skips is an error here. The
 * HostName may carry a port, as a hub on this machine needs; the port is no part of the identity.
 * `UseDevelopmentEmulator=true` means an unencrypted connection. It goes to this machine only: the GatewayHostName, or the
 * HostName without one, has to be localhost, 127.0.0.1 or [::1]. White space around the text is ignored.
 *
 * @throws SyntaxError names the part at fault, and never repeats a key or a signature.
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
  // A file or an environment variable often ends in a line break, which the service and Microsoft's simulator ignore.
  const parts = split(text.trim())
  const hub = readHost(parts, 'HostName')
  const deviceId = readId(parts, 'DeviceId')
  if (hub === undefined) throw fault('has no HostName')
  if (deviceId === undefined) throw fault('has no DeviceId')
  const moduleId = readId(parts, 'ModuleId')
  const identity = Object.freeze({ hostName: hub.host, deviceId, ...(moduleId !== undefined && { moduleId }) })
  const endpoint = readEndpoint(parts, hub)
  return Object.freeze({ identity, ...readCredential(parts, identity), ...(endpoint !== undefined && { endpoint }) })
}

function fault(what: string): SyntaxError {
  return new SyntaxError(`Connection string ${what}`)
}

function split(text: string): Parts {
  if (text === '') throw fault('is empty')
  const parts = new Map<Name, string>()
  const pieces = text.split(';')
  if (pieces.at(-1) === '') pieces.pop()
  pieces.forEach((piece, index) => {
    const at = piece.indexOf('=')
    const where = `part ${index + 1} of ${pieces.length}`
    if (at < 0) throw fault(`has no "=" in ${where}`)
    const name = readName(piece.slice(0, at), where)
    const value = piece.slice(at + 1)
    if (parts.has(name)) throw fault(`has ${name} twice`)
    if (value === '') throw fault(`has an empty ${name}`)
    // A token has one space of its own, behind its scheme.
    if (/\s/.test(name === 'SharedAccessSignature' ? value.replace(' ', '') : value))
      throw fault(`has white space in ${name}`)
    parts.set(name, value)
  })
  return Object.fromEntries(parts)
}

function readName(name: string, where: string): Name {
  const known = NAMES.find((candidate) => candidate === name)
  if (known !== undefined) return known
  if (/\s/.test(name)) throw fault(`has white space before "=" in ${where}`)
  const meant = NAMES.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  if (meant !== undefined) throw fault(`has "${name}" in ${where}; write ${meant}`)
  // Somebody may have pasted a bare key, which must not come back in a message: only what can't be one is repeated.
  const shown = /^[A-Za-z]{1,24}$/.test(name) ? ` "${name}"` : ''
  throw fault(
    `has an unknown name${shown} in ${where}; known are ${NAMES.filter((item) => item !== 'x509').join(', ')}`,
  )
}

function readHost(parts: Parts, name: 'HostName' | 'GatewayHostName'): { host: string; port?: number } | undefined {
  const text = parts[name]
  if (text === undefined) return undefined
  if (text.includes('/'))
    throw fault(`has a URL or a path as ${name}; write the host alone, such as contoso.azure-devices.net`)
  const authority = parseAuthority(text)
  if (authority === undefined) throw fault(`has a ${name} that is not a host or host:port`)
  return authority
}

function readId(parts: Parts, name: 'DeviceId' | 'ModuleId'): string | undefined {
  const id = parts[name]
  if (id === undefined) return undefined
  const what = idFault(id)
  if (what !== undefined) throw fault(`has a ${name} that ${what}`)
  return id
}

function readEndpoint(parts: Parts, hub: { host: string; port?: number }): string | undefined {
  const { host, port } = readHost(parts, 'GatewayHostName') ?? hub
  const plain = parts.UseDevelopmentEmulator
  if (plain !== undefined && plain !== 'true' && plain !== 'false')
    throw fault('has a UseDevelopmentEmulator that is not true or false')
  if (plain === 'true' && !isLoopback(host)) {
    throw fault(`has UseDevelopmentEmulator=true with the host ${host}; it is for localhost, 127.0.0.1 and [::1] alone`)
  }
  if (plain !== 'true' && port === undefined && host === hub.host) return undefined
  return webSocketEndpoint(port === undefined ? host : `${host}:${port}`, plain === 'true' ? 'ws' : 'wss')
}

function readCredential(parts: Parts, identity: DeviceIdentity): Omit<ConnectionString, 'identity' | 'endpoint'> {
  const { SharedAccessKey: key, SharedAccessKeyName: keyName, SharedAccessSignature: signature } = parts
  if (parts.x509 !== undefined)
    throw fault('asks for X.509, which a WebSocket of a browser cannot do; use a key or a signature')
  if (key !== undefined && signature !== undefined)
    throw fault('has both a SharedAccessKey and a SharedAccessSignature')
  if (signature !== undefined) {
    if (keyName !== undefined)
      throw fault('has a SharedAccessKeyName beside a SharedAccessSignature, which names its own')
    try {
      readToken(signature, identity)
    } catch (error) {
      throw fault(`is at fault: ${(error as Error).message}`)
    }
    return { sharedAccessSignature: signature }
  }
  if (key === undefined) throw fault('has neither a SharedAccessKey nor a SharedAccessSignature')
  if (!isBase64(key)) throw fault('has a SharedAccessKey that is not base64')
  return { sharedAccessKey: key, ...(keyName !== undefined && { sharedAccessKeyName: keyName }) }
}

export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}
