import type { Credentials } from './credentials/credentials.ts'
import { openTwinOver } from './open-over.ts'
import type { JsonObject } from './protocol/json.ts'
import { openMqttWire } from './runtime/mqtt-wire.ts'
import type { TwinOptions } from './twin/options.ts'
import type { Twin } from './twin/twin.ts'

/**
 * Opens the twin of a device or of a module, over mqtt.js. Returns at once. The twin connects in
 * the background and reconnects until `close`. `hubtwin/light` has the same function over a
 * transport of a few kB.
 *
 * @param credentials a connection string, or the result of `keyCredentials` or `tokenCredentials`
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials or options of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 *
 * const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '')
 * twin.onDesired('climate', ({ value }) => console.log('climate is to be', value))
 * await twin.report({ firmware: { version: '1.2.1' } })
 * await twin.close()
 * ```
 */
export function openTwin<Desired extends object = JsonObject, Reported extends object = JsonObject>(
  credentials: Credentials | string,
  options: TwinOptions = {},
): Twin<Desired, Reported> {
  const twin: unknown = openTwinOver(openMqttWire, credentials, options)
  // No code checks the hub's documents against these types; the app asserts them.
  return twin as Twin<Desired, Reported>
}
