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
  try {
    const { identity, endpoint } = parseConnectionString(text)
    const url = new URL(endpoint ?? `wss://${identity.hostName}`)
    return { connectionString: text, deviceId: identity.deviceId, url }
  } catch (error) {
    throw new SyntaxError(`Error in ${NAME}: ${(error as Error).message}`, { cause: error })
  }
}

function unwrap(text: string): string {
  const assignment = new RegExp(`^(?:export\\s+|set\\s+|\\$env:)?${NAME}\\s*=\\s*`, 'i')
  const value = text.trim().replace(assignment, '')
  return (/^(['"])(.*)\1;?$/s.exec(value)?.[2] ?? value).trim()
}
