import type { Credentials } from './credentials/credentials.ts'
import { keyCredentials } from './credentials/key.ts'
import { tokenCredentials } from './credentials/token.ts'
import { parseConnectionString } from './protocol/connection-string.ts'
import { copyIdentity } from './protocol/identity.ts'
import type { JsonObject } from './protocol/json.ts'
import { openMqttWire } from './runtime/mqtt-wire.ts'
import { pageWakeSource } from './runtime/page-wake.ts'
import { systemClock } from './session/clock.ts'
import type { WakeSource } from './session/wake-source.ts'
import { createTwin } from './twin/create-twin.ts'
import { checkOptions, type TwinOptions } from './twin/options.ts'
import type { Twin } from './twin/twin.ts'

/**
 * Opens the twin of a device or of a module. Returns at once; the connection is made, kept and made again in the
 * background until `close`.
 *
 * @param credentials a connection string, or what `keyCredentials` and `tokenCredentials` give
 * @throws SyntaxError for a malformed connection string or endpoint
 * @throws TypeError for credentials or options of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 *
 * const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '')
 * twin.onDesired('climate', ({ value }) => console.log('climate is to be', value))
 * await twin.report({ firmwareVersion: '1.2.1' })
 * await twin.close()
 * ```
 */
export function openTwin<Desired extends object = JsonObject, Reported extends object = JsonObject>(
  credentials: Credentials | string,
  options: TwinOptions = {},
): Twin<Desired, Reported> {
  const parsed: Access = typeof credentials === 'string' ? readConnectionString(credentials) : { credentials }
  checkCredentials(parsed.credentials)
  const checked = checkOptions(
    { ...options, endpoint: options?.endpoint ?? parsed.endpoint },
    parsed.credentials.identity,
  )
  const wakeSource = joinWakeSources(pageWakeSource, checked.wakeSource)
  const twin: unknown = createTwin(parsed.credentials, { ...checked, wakeSource }, openMqttWire, systemClock)
  // What a twin holds is checked by nobody; the types are the app's word for it.
  return twin as Twin<Desired, Reported>
}

interface Access {
  readonly credentials: Credentials
  readonly endpoint?: string
}

function joinWakeSources(ofPage: WakeSource, ofApp: WakeSource | undefined): WakeSource {
  if (ofApp === undefined) return ofPage
  return (listener) => {
    const [offPage, offApp] = [ofPage(listener), ofApp(listener)]
    return () => {
      offPage()
      offApp()
    }
  }
}

function readConnectionString(text: string): Access {
  const { identity, sharedAccessKey, sharedAccessKeyName, sharedAccessSignature, endpoint } =
    parseConnectionString(text)
  const credentials =
    sharedAccessKey === undefined
      ? tokenCredentials(identity, () => Promise.resolve(sharedAccessSignature ?? ''))
      : keyCredentials(identity, sharedAccessKey, { sharedAccessKeyName })
  return { credentials, ...(endpoint !== undefined && { endpoint }) }
}

function checkCredentials(credentials: Credentials): void {
  if (typeof credentials !== 'object' || credentials === null || typeof credentials.token !== 'function') {
    throw new TypeError('credentials is neither a connection string nor { identity, token }')
  }
  copyIdentity(credentials.identity)
}
