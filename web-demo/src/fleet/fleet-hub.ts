import { type Credentials, keyCredentials, parseConnectionString } from 'hubtwin/light'
import { LOCAL_POLICY_CONNECTION_STRING } from '../shared/local-hub.ts'

/** A hub, and the key of a policy that can connect as any of its devices. It stays in memory. */
export interface FleetHub {
  readonly hostName: string
  /** The host to show. */
  readonly host: string
  /** Whether this is the local hub, where the page can create devices. */
  readonly isLocal: boolean
  readonly policy: { readonly name: string; readonly key: string }
  readonly endpoint: string | undefined
}

export const localFleetHub: FleetHub = { ...parseFleetHub(LOCAL_POLICY_CONNECTION_STRING), isLocal: true }

/**
 * Reads the connection string of a shared access policy.
 *
 * @throws SyntaxError names the bad part, and never repeats a key
 */
export function parseFleetHub(text: string): FleetHub {
  const trimmed = text.trim().replace(/;$/, '')
  if (/(^|;)\s*(DeviceId|ModuleId)=/i.test(trimmed)) {
    throw new SyntaxError(
      'This connection string belongs to a device; a fleet needs the connection string of a shared access policy',
    )
  }
  if (trimmed === '') {
    throw new SyntaxError('Connection string is empty; expected HostName=…;SharedAccessKeyName=…;SharedAccessKey=…')
  }
  // The grammar is the same as for a device, except for the ID. A bad part is reported before a
  // missing part.
  const hasKey = /(^|;)SharedAccessKey=/.test(trimmed)
  const rest = `;DeviceId=${deviceIdOf(1)}${hasKey ? '' : ';SharedAccessKey=AAAA'}`
  const { identity, endpoint, sharedAccessKey, sharedAccessKeyName } = parseConnectionString(trimmed + rest)
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
