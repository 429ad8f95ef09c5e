/** The connection string of a shared access policy, parsed. */
export interface ServiceConnectionString {
  readonly hostName: string
  /** Only for a hub on a port other than 443, on this machine or in this network. */
  readonly port?: number
  readonly sharedAccessKeyName: string
  /** base64 */
  readonly sharedAccessKey: string
  /** The host is this machine. */
  readonly isLoopback: boolean
  /** The connection uses no TLS. Only for this machine. */
  readonly plain: boolean
}

const NAMES = ['HostName', 'SharedAccessKeyName', 'SharedAccessKey', 'UseDevelopmentEmulator'] as const
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Parses the connection string of a shared access policy.
 *
 * It accepts two additions that the official SDK does not know:
 * - a port in HostName;
 * - `UseDevelopmentEmulator=true`, as with Azure's other emulators: a connection without TLS, only
 *   to this machine.
 *
 * Ignores white space around the whole string, because files with secrets end with a newline. A
 * part cannot hold white space. The device parser of `hubtwin` rejects white space everywhere.
 *
 * @throws SyntaxError that names the part with the problem, and never repeats a key
 */
export function parseConnectionString(text: string): ServiceConnectionString {
  const parts = split(text)
  const { hostName, port } = readHost(readPart(parts, 'HostName'))
  const plain = readFlag(parts.get('UseDevelopmentEmulator'))
  const isLoopback = LOOPBACK.has(hostName)
  if (plain && !isLoopback) {
    throw problem(
      `has UseDevelopmentEmulator=true with the host ${hostName}; it is only for localhost, 127.0.0.1, and [::1]`,
    )
  }
  return {
    hostName,
    ...(port !== undefined && { port }),
    sharedAccessKeyName: readPart(parts, 'SharedAccessKeyName'),
    sharedAccessKey: readPart(parts, 'SharedAccessKey'),
    isLoopback,
    plain,
  }
}

function problem(what: string): SyntaxError {
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
      throw new SyntaxError(
        "This is a device's connection string, not the hub's: it has a DeviceId; expected a policy such as iothubowner",
      )
    // The message does not repeat the name: it may be a pasted key.
    if (!NAMES.some((known) => known === name)) {
      throw problem(`has an unknown part ${index + 1} of ${pieces.length}; expected ${NAMES.join(', ')}`)
    }
    if (parts.has(name)) throw problem(`has ${name} twice`)
    parts.set(name, piece.slice(at + 1))
  })
  return parts
}

function readPart(parts: ReadonlyMap<string, string>, name: (typeof NAMES)[number]): string {
  const value = parts.get(name)
  if (!value) throw problem(`has no ${name}`)
  if (/\s/.test(value)) throw problem(`has white space in ${name}`)
  return value
}

function readHost(text: string): { hostName: string; port?: number } {
  if (text.includes('/'))
    throw problem('has a URL as HostName; expected only the host, such as contoso.azure-devices.net')
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text)
  const [, hostName, digits] = match ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (hostName === undefined || port === 0 || (port !== undefined && port > 65_535)) {
    throw problem('has a HostName that is not a host or host:port')
  }
  return { hostName, ...(port !== undefined && { port }) }
}

function readFlag(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw problem('has a UseDevelopmentEmulator that is not true or false')
}
