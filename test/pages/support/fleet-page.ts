import type { Locator, Page } from '@playwright/test'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import { expect, test as base } from './world.ts'

/** The fleet page. Its devices are `fleet-1`, `fleet-2`, and so on. */
export interface FleetPage {
  open(): Promise<void>
  /** Types the number of devices and starts them at the local hub. */
  startLocal(count: number | string): Promise<void>
  /** A total above the table. */
  total(name: string): Locator
  cell(deviceId: string, column: string): Locator
  desire(deviceId: string, desired: JsonObject): Promise<unknown>
  reportedOf(deviceId: string): unknown
  /** The IDs of the fleet's connected devices. */
  connected(): string[]
}

export const test = base.extend<{ readonly fleet: FleetPage }>({
  fleet: async ({ page, hub }, use) => {
    const fleet = fleetPage(page, hub)
    await use(fleet)
    await page.close()
    await expect.poll(fleet.connected).toEqual([])
    // The next test of this worker starts without devices.
    const { devices } = (await (await fetch(`${hub.endpoints.http}/hub/devices`)).json()) as {
      devices: { deviceId: string }[]
    }
    for (const { deviceId } of devices.filter((each) => each.deviceId.startsWith('fleet-'))) {
      await fetch(`${hub.endpoints.http}/hub/devices/${deviceId}`, { method: 'DELETE' })
    }
  },
})

function fleetPage(page: Page, hub: Hub): FleetPage {
  return {
    open: async () => void (await page.goto('/fleet')),
    async startLocal(count) {
      // In Firefox, Playwright's `fill` appends to the old number.
      await page.getByLabel('Number of devices').press('ControlOrMeta+A')
      await page.keyboard.press('Delete')
      await page.keyboard.type(String(count))
      await page.locator('#start-local').click()
    },
    total: (name) => page.locator('.fleet-total', { has: page.getByText(name, { exact: true }) }).locator('dd'),
    cell(deviceId, column) {
      const row = page.locator('#rows tr', { has: page.getByRole('button', { name: deviceId, exact: true }) })
      return row.locator(`.fleet-${column}`)
    },
    desire: (deviceId, desired) => hub.updateTwin(deviceId, { properties: { desired } }),
    reportedOf: (deviceId) => (hub.twin(deviceId) as { properties: { reported: unknown } }).properties.reported,
    connected: () =>
      hub
        .connections()
        .map(({ deviceId }) => deviceId)
        .filter((deviceId) => deviceId.startsWith('fleet-'))
        .sort(),
  }
}

export { expect }
