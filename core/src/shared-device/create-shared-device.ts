import type { Credentials } from '../credentials/credentials.ts'
import type { FeatureSet } from '../device/attach-features.ts'
import { CLOSE_TIMEOUT_IN_MS, closeAfter, readCloseTimeout } from '../device/close.ts'
import type { CloseOptions, DeviceBase } from '../device/device.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { Clock } from '../session/clock.ts'
import type { OpenDeviceWire } from '../session/wire.ts'
import { createSharedTwin, type SharedTwin } from '../tabs/create-shared-twin.ts'
import type { NoTabs, Tabs } from '../tabs/tabs.ts'
import type { CheckedOptions } from '../twin/options.ts'
import { createTabFeatures } from './tab-features.ts'

/**
 * A shared device without its features.
 *
 * @example
 * ```ts
 * import { openSharedDevice, type SharedDeviceBase } from 'hubtwin/shared-device'
 *
 * const isLeader = (device: SharedDeviceBase): boolean => device.role.type === 'leader'
 *
 * declare const connectionString: string
 * console.log(isLeader(openSharedDevice(connectionString)))
 * ```
 */
export interface SharedDeviceBase<Desired extends object = JsonObject, Reported extends object = JsonObject>
  extends DeviceBase<Desired, Reported>, Pick<SharedTwin, 'role' | 'onRole'> {
  readonly twin: SharedTwin<Desired, Reported>
}

export function createSharedDevice(
  credentials: Credentials,
  options: CheckedOptions,
  use: FeatureSet,
  openWire: OpenDeviceWire,
  clock: Clock,
  tabs: Tabs | NoTabs,
): SharedDeviceBase {
  let closing: Promise<void> | undefined
  let closeTimeoutInMs = CLOSE_TIMEOUT_IN_MS
  const tab = createTabFeatures({ credentials, options, use, clock, tabs })
  const twin = createSharedTwin(credentials, options, openWire, clock, tabs, {
    ...tab,
    close: (closeTwin) => (closing ??= closeAfter(tab.close(), closeTimeoutInMs, clock, closeTwin)),
  })

  return Object.freeze({
    ...tab.apis,
    twin,
    get status() {
      return twin.status
    },
    onStatus: twin.onStatus,
    get role() {
      return twin.role
    },
    onRole: twin.onRole,
    async close(closeOptions?: CloseOptions) {
      closeTimeoutInMs = readCloseTimeout(closeOptions)
      await twin.close()
    },
  })
}
