import { type Credentials, keyCredentials, parseConnectionString } from 'hubtwin/light'

/** A hub, and the key of a policy that may connect as any of its devices. In memory alone. */
export interface FleetHub {
  readonly hostName: string
  /** Where it is, for people. */
  readonly host: string
  /** The emulator of this machine: the page may create devices there. */
  readonly isLocal: boolean
  readonly policy: { readonly name: string; readonly key: string }
  readonly endpoint: string | undefined
}

/** What every hub of `npm run emulator` knows. The key is public and protects nothing. */
const localPolicy =
  'HostName=localhost:10480;SharedAccessKeyName=iothubowner;' +
  'SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE=;UseDevelopmentEmulator=true'

export const localFleetHub: FleetHub = { ...parseFleetHub(localPolicy), isLocal: true }

/**
 * Reads the connection string of a shared access policy, as a hub shows it.
 *
 * @throws SyntaxError names the part at fault, and never repeats a key
 */
export function parseFleetHub(text: string): FleetHub {
  const trimmed = text.trim().replace(/;$/, '')
  if (/(^|;)\s*(DeviceId|ModuleId)=/i.test(trimmed)) {
    throw new SyntaxError('Connection string is one of a device; a fleet needs that of a shared access policy')
  }
  // The grammar is that of a device but for its id; and what is malformed is told before what is missing.
  const hasKey = /(^|;)SharedAccessKey=/.test(trimmed)
  const rest = `;DeviceId=${deviceIdOf(1)}${hasKey ? '' : ';SharedAccessKey=AAAA'}`
  const { identity, endpoint, sharedAccessKey, sharedAccessKeyName } = parseConnectionString(
    trimmed === '' ? '' : trimmed + rest,
  )
  if (sharedAccessKeyName === undefined) throw new SyntaxError('Connection string has no SharedAccessKeyName')
  if (sharedAccessKey === undefined || !hasKey) throw new SyntaxError('Connection string has no SharedAccessKey')
  return {
    hostName: identity.hostName,
    host: new URL(endpoint ?? `wss://${identity.hostName}`).host,
    isLocal: false,
    policy: { name: sharedAccessKeyName, key: sharedAccessKey },
    endpoint,
  }
}

export function deviceIdOf(number: number): string {
  return `fleet-${number}`
}

export function credentialsFor({ hostName, policy }: FleetHub, deviceId: string): Credentials {
  return keyCredentials({ hostName, deviceId }, policy.key, { sharedAccessKeyName: policy.name })
}
