import { openTwin, type Twin, type TwinOptions } from 'hubtwin'
import type { TestDevice, TestHub } from './test-hub.ts'

/** One promise of hubtwin, kept in every runtime. */
export interface Sentence {
  readonly title: string
  run(hub: TestHub): Promise<void>
}

/** What a sentence plays with: a device that nobody else uses. */
export interface Scene {
  readonly hub: TestHub
  readonly device: TestDevice
  /** Opens the device's twin, with waits that suit a hub next door. It is closed when the sentence ends. */
  open(options?: TwinOptions & { readonly connectionString?: string }): Twin
}

export function sentence(title: string, play: (scene: Scene) => Promise<void>): Sentence {
  return {
    title,
    async run(hub) {
      const device = await hub.createDevice()
      const twins: Twin[] = []
      try {
        await play({
          hub,
          device,
          open({ connectionString = device.connectionString, ...options } = {}) {
            const twin = openTwin(connectionString, { retryDelayInMs: 20, maxRetryDelayInMs: 200, ...options })
            twins.push(twin)
            return twin
          },
        })
      } finally {
        await Promise.all(twins.map((twin) => twin.close()))
      }
    },
  }
}
