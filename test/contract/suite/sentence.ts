import { type Device, type FeatureSet, openDevice, openTwin, type Twin, type TwinOptions } from 'hubtwin'
import { openDevice as openLightDevice, openTwin as openLightTwin } from 'hubtwin/light'
import { openSharedDevice as openLightSharedDevice } from 'hubtwin/light/shared-device'
import { openSharedTwin as openLightSharedTwin } from 'hubtwin/light/shared-twin'
import { openSharedDevice } from 'hubtwin/shared-device'
import { openSharedTwin } from 'hubtwin/shared-twin'
import type { TestDevice, TestHub } from './test-hub.ts'

/** The ways to open a twin, by transport. All keep the same guarantees. */
export const openers = { openTwin, openSharedTwin, openLightTwin, openLightSharedTwin } as const

/** The ways to open a device, by the way to open its twin. */
const deviceOpeners = {
  openTwin: openDevice,
  openSharedTwin: openSharedDevice,
  openLightTwin: openLightDevice,
  openLightSharedTwin: openLightSharedDevice,
} as const

export type Opener = keyof typeof openers

/** A guarantee of hubtwin in every runtime. */
export interface Sentence {
  readonly title: string
  run(hub: TestHub, opener?: Opener): Promise<void>
}

/** The objects that a test uses: its own device, and the hub. */
export interface Scene {
  readonly hub: TestHub
  readonly device: TestDevice
  /**
   * Opens the device's twin with short waits, because the hub is on this machine. The end of the
   * test closes the twin.
   */
  open(options?: TwinOptions & { readonly connectionString?: string }): Twin
  /** Opens the device with features in the same way. */
  openDevice<Use extends FeatureSet>(
    use: Use,
    options?: TwinOptions & { readonly connectionString?: string },
  ): Device<Use>
}

export function sentence(title: string, play: (scene: Scene) => Promise<void>): Sentence {
  return {
    title,
    async run(hub, opener = 'openTwin') {
      const device = await hub.createDevice()
      const opened: { close(): Promise<void> }[] = []
      const waits = { retryDelayInMs: 20, maxRetryDelayInMs: 200 }
      try {
        await play({
          hub,
          device,
          open({ connectionString = device.connectionString, ...options } = {}) {
            const twin = openers[opener](connectionString, { ...waits, ...options })
            opened.push(twin)
            return twin
          },
          openDevice(use, { connectionString = device.connectionString, ...options } = {}) {
            const openedDevice = deviceOpeners[opener](connectionString, { ...waits, ...options, use })
            opened.push(openedDevice)
            return openedDevice
          },
        })
      } finally {
        await Promise.all(opened.map((each) => each.close()))
      }
    },
  }
}
