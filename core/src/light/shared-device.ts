import type { Credentials } from '../credentials/credentials.ts'
import type { FeatureSet, NoFeatures } from '../device/attach-features.ts'
import type { DeviceOptions } from '../device/device.ts'
import { openSharedDeviceOver, type SharedDevice } from '../open-shared-device-over.ts'
import type { JsonObject } from '../protocol/json.ts'
import { openLightDeviceWire } from '../runtime/light-device-wire.ts'

/**
 * Opens a device that all tabs of an origin share over a single connection, over hubtwin's own MQTT
 * transport. The twin works like that of `openSharedTwin`. Each tab has the features of its own
 * `use`:
 *
 * - Telemetry of each tab leaves through the leader. It survives a change of the leader, with its
 *   message IDs, and ends with its own tab. The option `storage` of `telemetry()` is a TypeError.
 * - A method call and a message go to a single tab that has a handler: to the leader, or otherwise
 *   to the first tab that claims it. A message goes to another tab when its tab ends before PUBACK.
 *   A method call does not, and its caller gets a timeout.
 *
 * Give all tabs the same options and features, and do not mix `openSharedDevice` with
 * `openSharedTwin` for a device.
 *
 * @param credentials a connection string, or the result of `keyCredentials` or `tokenCredentials`
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials, options, or features of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openSharedDevice } from 'hubtwin/light/shared-device'
 * import { telemetry } from 'hubtwin/telemetry'
 *
 * declare const connectionString: string
 * const device = openSharedDevice(connectionString, { use: { telemetry: telemetry() } })
 * device.onRole(({ type }) => console.log(type))
 * await device.telemetry.send({ openTabs: 2 })
 * await device.close()
 * ```
 */
export function openSharedDevice<
  Use extends FeatureSet = NoFeatures,
  Desired extends object = JsonObject,
  Reported extends object = JsonObject,
>(credentials: Credentials | string, options: DeviceOptions<Use> = {}): SharedDevice<Use, Desired, Reported> {
  const device: unknown = openSharedDeviceOver(openLightDeviceWire, credentials, options)
  // No code checks the hub's documents against these types; the app asserts them.
  return device as SharedDevice<Use, Desired, Reported>
}

export type { SharedDevice } from '../open-shared-device-over.ts'
export type { SharedDeviceBase } from '../shared-device/create-shared-device.ts'
export type { SharedTwin } from '../tabs/create-shared-twin.ts'
export type { TabRole } from '../tabs/role.ts'
