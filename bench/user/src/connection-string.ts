import { parseConnectionString } from 'hubtwin'

export const NAME = 'IOTHUB_DEVICE_CONNECTION_STRING'

/** The device of the run. `connectionString` is a secret. */
export interface Target {
  readonly connectionString: string
  readonly deviceId: string
  readonly url: URL
}

/**
 * Reads the connection string of a device, also with the quotes and the assignment that people
 * paste.
 *
 * @throws SyntaxError names the problem and never repeats a key
 */
export function readTarget(given: string | undefined): Target {
  const text = unwrap(given ?? '')
  if (text === '') {
    throw new SyntaxError(
      `${NAME} is ${given === undefined ? 'not set' : 'empty'}; expected HostName=…;DeviceId=…;SharedAccessKey=…`,
    )
  }
  if (/(^|;)SharedAccessKeyName=/.test(text) && !/(^|;)DeviceId=/.test(text)) {
    throw new SyntaxError(`${NAME} is the key of a policy, not of a device; expected a DeviceId`)
  }
  const { identity, endpoint } = parseConnectionString(text)
  return { connectionString: text, deviceId: identity.deviceId, url: new URL(endpoint ?? `wss://${identity.hostName}`) }
}

function unwrap(text: string): string {
  const assignment = new RegExp(`^(?:export\\s+|set\\s+|\\$env:)?${NAME}\\s*=\\s*`, 'i')
  const value = text.trim().replace(assignment, '')
  return (/^(['"])(.*)\1;?$/s.exec(value)?.[2] ?? value).trim()
}
