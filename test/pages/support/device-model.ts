import type { Locator } from '@playwright/test'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import type { Device } from './device.ts'
import { expect, test as base } from './simulator-page.ts'

/** The simulated thermostat in the middle column. */
export interface DeviceModel {
  readonly element: Locator
  readonly firmware: Locator
  /** The text alternative of the chart. */
  readonly chartText: Locator
  /**
   * Connects the page, whose device runs and applies desired by itself. The test controls the
   * page's clock.
   */
  start(): Promise<void>
}

export const test = base.extend<{ readonly model: DeviceModel }>({
  model: async ({ page, simulator, device }, use) => {
    const element = page.locator('#device-model')
    await use({
      element,
      firmware: element.getByRole('status'),
      chartText: element.locator('.model-chart .visually-hidden'),
      async start() {
        await page.clock.install()
        await simulator.connectAs(device)
        await expect.poll(() => device.reported()['firmware']).toBeDefined()
      },
    })
  },
})

/** Collects a part of each report from now on, if the report has that part. */
export function collectReports(hub: Hub, { deviceId }: Device, part: (reported: JsonObject) => unknown): unknown[] {
  const collected: unknown[] = []
  hub.events.listen((event) => {
    if (event.type !== 'twin-changed' || event.by !== 'device' || event.deviceId !== deviceId) return
    const value = part((event.change['reported'] ?? {}) as JsonObject)
    if (value !== undefined) collected.push(value)
  })
  return collected
}

export { expect }
