import { readArguments } from './arguments.ts'
import type { Credentials } from './credentials/credentials.ts'
import type { FeatureSet } from './device/attach-features.ts'
import { createDevice } from './device/create-device.ts'
import type { Device, DeviceOptions } from './device/device.ts'
import { checkObject } from './protocol/checks.ts'
import { systemClock } from './session/clock.ts'
import type { OpenDeviceWire } from './session/wire.ts'

/** `openDevice` over a transport of its entry's choice. */
export function openDeviceOver<Use extends FeatureSet>(
  openWire: OpenDeviceWire,
  credentials: Credentials | string,
  options: DeviceOptions<Use>,
): Device<Use> {
  const { use = {}, ...ofTwin } = checkObject('options', options)
  const checked = readArguments(credentials, ofTwin)
  const device: unknown = createDevice(checked.credentials, checked.options, use, openWire, systemClock)
  // The properties of a device come from `use`, which no type can follow through a record.
  return device as Device<Use>
}
