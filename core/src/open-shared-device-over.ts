import { readArguments } from './arguments.ts'
import type { Credentials } from './credentials/credentials.ts'
import type { FeatureSet } from './device/attach-features.ts'
import type { DeviceOptions, FeatureApis } from './device/device.ts'
import { checkObject } from './protocol/checks.ts'
import type { JsonObject } from './protocol/json.ts'
import { findTabs } from './runtime/page-tabs.ts'
import { systemClock } from './session/clock.ts'
import type { OpenDeviceWire } from './session/wire.ts'
import { createSharedDevice, type SharedDeviceBase } from './shared-device/create-shared-device.ts'

/**
 * A device that all tabs of an origin share over a single connection.
 * @example
 * ```ts
 * import { openSharedDevice, type SharedDevice } from 'hubtwin/shared-device'
 * import { telemetry } from 'hubtwin/telemetry'
 *
 * const use = { telemetry: telemetry() }
 * const showRole = (device: SharedDevice<typeof use>): void => console.log(device.role.type)
 *
 * declare const connectionString: string
 * showRole(openSharedDevice(connectionString, { use }))
 * ```
 */
export type SharedDevice<
  Use extends FeatureSet = FeatureSet,
  Desired extends object = JsonObject,
  Reported extends object = JsonObject,
> = SharedDeviceBase<Desired, Reported> & FeatureApis<Use>

/** `openSharedDevice` over a transport of its entry's choice. */
export function openSharedDeviceOver<Use extends FeatureSet>(
  openWire: OpenDeviceWire,
  credentials: Credentials | string,
  options: DeviceOptions<Use>,
): SharedDevice<Use> {
  const { use = {}, ...ofTwin } = checkObject('options', options)
  const checked = readArguments(credentials, ofTwin)
  const device: unknown = createSharedDevice(
    checked.credentials,
    checked.options,
    use,
    openWire,
    systemClock,
    findTabs(),
  )
  // The properties of a device come from `use`, which no type can follow through a record.
  return device as SharedDevice<Use>
}
