import type { Credentials } from '../credentials/credentials.ts'
import type { FeatureSet } from '../device/attach-features.ts'
import type { CloseOptions, DeviceBase } from '../device/device.ts'
import { checkObject } from '../protocol/check-options.ts'
import { checkCount } from '../protocol/count.ts'
import type { Clock } from '../session/clock.ts'
import type { OpenDeviceWire } from '../session/wire.ts'
import { createSharedTwin, type SharedTwin } from '../tabs/create-shared-twin.ts'
import type { TabRole } from '../tabs/role.ts'
import type { NoTabs, Tabs } from '../tabs/tabs.ts'
import type { CheckedOptions } from '../twin/options.ts'
import { createTabFeatures } from './tab-features.ts'

/** A device that all tabs of an origin share over a single connection. */
export interface SharedDeviceBase extends Omit<DeviceBase, 'twin'> {
  readonly twin: SharedTwin
  readonly role: TabRole
  /** Calls with the current role soon, and then with each later role. The last role is `closed`. */
  onRole(listener: (role: TabRole) => void): () => void
}

const CLOSE_TIMEOUT_IN_MS = 5000

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
    close: (closeTwin) => (closing ??= finish(closeTwin)),
  })

  async function finish(closeTwin: () => Promise<void>): Promise<void> {
    const flushed = tab.close()
    if (closeTimeoutInMs > 0) {
      await new Promise<void>((resolve) => {
        const stopTimer = clock.after(closeTimeoutInMs, resolve)
        void flushed.then(stopTimer).then(resolve)
      })
    }
    await closeTwin()
    await flushed
  }

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
    async close(closeOptions: CloseOptions = {}) {
      const { timeoutInMs = CLOSE_TIMEOUT_IN_MS } = checkObject('options', closeOptions)
      checkCount('timeoutInMs', timeoutInMs, 0)
      closeTimeoutInMs = timeoutInMs
      await twin.close()
    },
  })
}
