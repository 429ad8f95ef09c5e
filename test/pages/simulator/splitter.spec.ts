import type { Page } from '@playwright/test'
import { denyBrowserStores } from '../support/deny.ts'
import { expect, type SimulatorPage, test } from '../support/simulator-page.ts'

test.use({ viewport: { width: 1440, height: 900 } })

const percent = (page: Page): Promise<number> =>
  page.locator('#wire-body').evaluate((rows) => Math.round((rows.clientHeight / innerHeight) * 100))

async function reload({ page, isReady }: SimulatorPage, connectionString: string): Promise<void> {
  await page.goto('/?run=off&apply=off')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await isReady()
}

test('the browser remembers the height of the timeline, and a double click or Home resets it', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const splitter = page.getByRole('separator', { name: 'Height of the timeline' })
  await expect(splitter).toHaveAttribute('aria-valuenow', '20')
  await splitter.press('ArrowUp')
  await splitter.press('ArrowUp')
  await expect(splitter).toHaveAttribute('aria-valuenow', '30')
  await reload(simulator, device.connectionString)
  await expect(splitter).toHaveAttribute('aria-valuenow', '30')
  expect(await percent(page)).toBe(30)

  await splitter.press('Home')
  await expect(splitter).toHaveAttribute('aria-valuenow', '20')
  await splitter.press('ArrowUp')
  await expect(splitter).toHaveAttribute('aria-valuenow', '25')
  await splitter.dblclick()
  await expect(splitter).toHaveAttribute('aria-valuenow', '20')
  expect(await page.evaluate(() => localStorage.length)).toBe(0)
})

test('the splitter works while the storage is full, or holds nonsense', async ({ page, device, simulator }) => {
  await page.addInitScript(() => {
    localStorage.setItem('hubtwin timeline height', 'tall')
    Storage.prototype.setItem = () => {
      throw new DOMException('The test denies it', 'QuotaExceededError')
    }
  })
  await simulator.connectPassively(device)
  const splitter = page.getByRole('separator')
  await expect(splitter).toHaveAttribute('aria-valuenow', '20')
  await splitter.press('ArrowUp')
  await expect(splitter).toHaveAttribute('aria-valuenow', '25')
})

test('the splitter works while the browser blocks the storage', async ({ page, device, simulator }) => {
  await denyBrowserStores(page)
  await simulator.connectPassively(device)
  const splitter = page.getByRole('separator')
  await splitter.press('ArrowUp')
  await expect(splitter).toHaveAttribute('aria-valuenow', '25')
  await splitter.press('Home')
  await expect(splitter).toHaveAttribute('aria-valuenow', '20')
})
