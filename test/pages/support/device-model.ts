import type { Locator } from '@playwright/test'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import type { Device } from './device.ts'
import { expect, test as base } from './simulator-page.ts'

/** The simulated thermostat in the middle column. */
export interface DeviceModel {
  readonly element: Locator
  readonly firmware: Locator
  /** The chart in words. */
  readonly chartText: Locator
  /** Connects the page, starts the device, and lets it apply by itself what is desired. The page's clock is the test's. */
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
        await page.getByLabel('by itself').check()
        await simulator.press('Start the device')
        await expect.poll(() => device.reported()['firmware']).toBeDefined()
      },
    })
  },
})

/** Collects a part of what the device reports from now on, whenever a report has it. */
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
