import type { Credentials } from '../credentials/credentials.ts'
import type { FeatureSet, NoFeatures } from '../device/attach-features.ts'
import type { Device, DeviceOptions } from '../device/device.ts'
import { openDeviceOver } from '../open-device-over.ts'
import type { JsonObject } from '../protocol/json.ts'
import { openLightDeviceWire } from '../runtime/light-device-wire.ts'

/**
 * Opens a device or a module over hubtwin's own MQTT transport. In all other respects it equals
 * `openDevice` of `hubtwin`.
 *
 * Each feature of `options.use` becomes a property of the device. A feature is a separate entry, so
 * a page carries only what it imports.
 *
 * @param credentials a connection string, or the result of `keyCredentials` or `tokenCredentials`
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials, options, or features of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin/light'
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { modelId: 'dtmi:com:example:Thermostat;1' })
 * device.onStatus(({ type }) => console.log(type))
 * await device.twin.report({ firmwareVersion: '1.2.1' })
 * await device.close()
 * ```
 */
export function openDevice<
  Use extends FeatureSet = NoFeatures,
  Desired extends object = JsonObject,
  Reported extends object = JsonObject,
>(credentials: Credentials | string, options: DeviceOptions<Use> = {}): Device<Use, Desired, Reported> {
  const device: unknown = openDeviceOver(openLightDeviceWire, credentials, options)
  // No code checks the hub's documents against these types; the app asserts them.
  return device as Device<Use, Desired, Reported>
}
