/** What a connection string of the back end says: a hub, and a shared access policy of it. */
export interface ServiceConnectionString {
  readonly hostName: string
  /** Only a hub that is not on port 443, so one of this machine or this network. */
  readonly port?: number
  readonly sharedAccessKeyName: string
  /** base64 */
  readonly sharedAccessKey: string
  /** Without TLS, which is for this machine alone. */
  readonly plain: boolean
}

const NAMES = ['HostName', 'SharedAccessKeyName', 'SharedAccessKey', 'UseDevelopmentEmulator'] as const
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Parses the connection string of a shared access policy.
 *
 * Two things that the official SDK does not know: the HostName may carry a port, and `UseDevelopmentEmulator=true`, as
 * with Azure's other emulators, asks for a connection without TLS and is refused for any host but this machine.
 *
 * White space around the whole string is ignored: files of secrets end with a newline, and no part may hold white space. `hubtwin`'s own
 * parser, for devices, refuses it.
 *
 * @throws SyntaxError names the part at fault, and never repeats a key.
 */
export function parseConnectionString(text: string): ServiceConnectionString {
  const parts = split(text)
  const { hostName, port } = readHost(readPart(parts, 'HostName'))
  const plain = readFlag(parts.get('UseDevelopmentEmulator'))
  if (plain && !LOOPBACK.has(hostName)) {
    throw fault(
      `has UseDevelopmentEmulator=true with the host ${hostName}; it is for localhost, 127.0.0.1 and [::1] alone`,
    )
  }
  return {
    hostName,
    ...(port !== undefined && { port }),
    sharedAccessKeyName: readPart(parts, 'SharedAccessKeyName'),
    sharedAccessKey: readPart(parts, 'SharedAccessKey'),
    plain,
  }
}

function fault(what: string): SyntaxError {
  return new SyntaxError(`Connection string of the back end ${what}`)
}

function split(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  const pieces = text.trim().split(';')
  if (pieces.at(-1) === '') pieces.pop()
  pieces.forEach((piece, index) => {
    const at = piece.indexOf('=')
    const name = piece.slice(0, Math.max(at, 0))
    if (name === 'DeviceId')
      throw fault("is a device's: it has a DeviceId; a shared access policy of the hub is wanted")
    // The name is not repeated: somebody may have pasted a bare key.
    if (!NAMES.some((known) => known === name)) {
      throw fault(`has an unknown part ${index + 1} of ${pieces.length}; known are ${NAMES.join(', ')}`)
    }
    if (parts.has(name)) throw fault(`has ${name} twice`)
    parts.set(name, piece.slice(at + 1))
  })
  return parts
}

function readPart(parts: ReadonlyMap<string, string>, name: (typeof NAMES)[number]): string {
  const value = parts.get(name)
  if (!value) throw fault(`has no ${name}`)
  if (/\s/.test(value)) throw fault(`has white space in ${name}`)
  return value
}

function readHost(text: string): { hostName: string; port?: number } {
  if (text.includes('/')) throw fault('has a URL as HostName; write the host alone, such as contoso.azure-devices.net')
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text)
  const [, hostName, digits] = match ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (hostName === undefined || port === 0 || (port !== undefined && port > 65_535)) {
    throw fault('has a HostName that is not a host or host:port')
  }
  return { hostName, ...(port !== undefined && { port }) }
}

function readFlag(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw fault('has a UseDevelopmentEmulator that is not true or false')
}
