import { expect, type Locator, type Page } from '@playwright/test'
import type { Device } from './device.ts'
import { test as base } from './world.ts'

/** The simulator, by roles and names. */
export interface SimulatorPage {
  readonly page: Page
  readonly state: Locator
  readonly trouble: Locator
  readonly desired: Locator
  readonly reported: Locator
  readonly wire: Locator
  /** `v3/v2` */
  readonly versions: Locator
  /** The role of this tab: leader, follower, or single tab. */
  readonly role: Locator
  /** The row of a property. */
  line(section: 'desired' | 'reported', path: string): Locator
  open(search?: string): Promise<void>
  /** @param search switches of the device, such as `?run=off` */
  connect(connectionString: string, search?: string): Promise<void>
  connectByToken(token: string, endpoint: string): Promise<void>
  connectByService(address: string, secret: string): Promise<void>
  /** Connects with the device's connection string, and waits until the twin is ready. */
  connectAs(device: Device): Promise<void>
  /** Connects a device without a thermostat that applies nothing, so that only the test reports. */
  connectPassively(device: Device): Promise<void>
  isReady(): Promise<void>
  press(button: string): Promise<void>
  /** Reports a value, and waits until the hub accepts it. */
  report(property: string, value: string): Promise<void>
}

export function simulatorPage(page: Page): SimulatorPage {
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

  async function choose(way: string): Promise<void> {
    await page.goto('/')
    await page.getByRole('tab', { name: way, exact: true }).click()
  }

  const simulator: SimulatorPage = {
    page,
    state: page.getByRole('status').first(),
    trouble: page.getByRole('alert'),
    desired: page.getByRole('region', { name: /^Desired/ }),
    reported: page.getByRole('region', { name: /^Reported/ }),
    wire: page.getByRole('region', { name: 'Timeline' }),
    versions: page.getByText(/^v\d+\/v\d+$/),
    role: page.getByText(/^(leader|follower|single tab)$/),
    line: (section, path) => page.locator(`#${section}-tree [data-path="${path}"]`),
    open: async (search = '') => void (await page.goto(`/${search}`)),
    async connect(connectionString, search = '') {
      await page.goto(`/${search}`)
      await page.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
      await press('Connect')
    },
    async connectByToken(token, endpoint) {
      await choose('Token')
      await page.getByRole('textbox', { name: 'Shared access signature' }).fill(token)
      await page.getByRole('textbox', { name: 'Endpoint' }).fill(endpoint)
      await press('Connect')
    },
    async connectByService(address, secret) {
      await choose('Token service')
      await page.getByRole('textbox', { name: 'URL of the token service' }).fill(address)
      await page.getByRole('textbox', { name: 'One-time code or JWT' }).fill(secret)
      await press('Connect')
    },
    async connectAs({ connectionString }) {
      await simulator.connect(connectionString)
      await simulator.isReady()
    },
    async connectPassively({ connectionString }) {
      await simulator.connect(connectionString, '?run=off&apply=off')
      await simulator.isReady()
    },
    isReady: () => expect(page.locator('#state')).toHaveAttribute('data-state', 'ready'),
    press,
    async report(property, value) {
      await page.getByLabel('Property').fill(property)
      await page.getByLabel('Value').fill(value)
      await press('Set')
      await expect(simulator.reported.getByRole('status').first()).toHaveText(/^Accepted as v\d+/)
    },
  }
  return simulator
}

export const test = base.extend<{ readonly simulator: SimulatorPage }>({
  simulator: async ({ page }, use) => use(simulatorPage(page)),
})

export { expect }
