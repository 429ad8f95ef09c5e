import { type Device, type FeatureSet, openDevice, openTwin, type Twin, type TwinOptions } from 'hubtwin'
import { openDevice as openLightDevice, openTwin as openLightTwin } from 'hubtwin/light'
import { openSharedTwin as openLightSharedTwin } from 'hubtwin/light/shared-twin'
import { openSharedTwin } from 'hubtwin/shared-twin'
import type { TestDevice, TestHub } from './test-hub.ts'

/** The ways to open a twin, by transport. All keep the same guarantees. */
export const openers = { openTwin, openSharedTwin, openLightTwin, openLightSharedTwin } as const

export type Opener = keyof typeof openers

/** A guarantee of hubtwin in every runtime. */
export interface Sentence {
  readonly title: string
  run(hub: TestHub, opener?: Opener): Promise<void>
}

/** The objects that a test uses: a device of its own, and the hub. */
export interface Scene {
  readonly hub: TestHub
  readonly device: TestDevice
  /**
   * Opens the device's twin with short waits, because the hub is on this machine. The end of the
   * test closes the twin.
   */
  open(options?: TwinOptions & { readonly connectionString?: string }): Twin
  /** Opens the device with features, over the same transport. */
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
            const open = /Light/.test(opener) ? openLightDevice : openDevice
            const openedDevice = open(connectionString, { ...waits, ...options, use })
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
