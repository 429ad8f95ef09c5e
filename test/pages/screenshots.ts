import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from '@playwright/test'
import type { Hub } from 'hubtwin-emulator'
import { type SimulatorPage, simulatorPage } from './support/simulator-page.ts'
import { expect, test } from './support/world.ts'

// Screenshots of the main states of the pages, in docs/screenshots/. The script reaches each state
// as a person would, so it fails if a state cannot be reached.

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

const DESK = { viewport: { width: 1360, height: 900 }, deviceScaleFactor: 1.5 }
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2 }

/** A snapshot of the initial hub. Each screenshot starts from it. */
let untouched: Parameters<Hub['restore']>[0]

test.beforeEach(async ({ hub }) => {
  untouched ??= hub.snapshot()
  await hub.restore(untouched)
})

/** Saves WebP, at half the size of a PNG. Playwright itself cannot save WebP. */
async function take(page: Page, name: string): Promise<void> {
  // Removes the caret and the hover effects.
  await page.mouse.move(0, 0)
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  const devtools = await page.context().newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
  await devtools.detach()
  await mkdir(FOLDER, { recursive: true })
  await writeFile(`${FOLDER}${name}.webp`, Buffer.from(data, 'base64'))
}

/**
 * Runs a thermostat for some minutes, starts a firmware update, and leaves properties that differ.
 */
async function playDevice(page: Page, hub: Hub): Promise<SimulatorPage> {
  const desire = (desired: object): Promise<unknown> =>
    hub.updateTwin('device1', { properties: { desired: desired as never } })
  await page.clock.install()
  await page.goto('/')
  const simulator = simulatorPage(page)
  await simulator.press('Connect device1')
  await simulator.isReady()
  await desire({ climate: { target: 23, fanOn: true }, firmware: { version: '1.2.1' } })
  for (let step = 0; step < 22; step++) {
    if (step === 14) await desire({ climate: { target: 21.5 }, modules: { wifi: { ssid: 'lab', channel: 7 } } })
    if (step === 20) await desire({ firmware: { version: '1.3.0' } })
    await answered(page)
    await page.clock.fastForward(step < 20 ? 10_000 : 6000)
    await answered(page)
  }
  await desire({ climate: { target: 22 }, note: 'door open' })
  await expect(simulator.desired).toContainText('door open')
  // The highlight of the last change has faded.
  await page.clock.fastForward(3000)
  await expect(page.locator('.model-state').getByText('Downloading 1.3.0')).toBeAttached()
  return simulator
}

/** Waits for a frame and for the answers of the hub, which take real time. */
async function answered(page: Page): Promise<void> {
  await page.clock.runFor(100)
  await expect(page.locator('[data-name=report] .wire-answer:empty')).toHaveCount(0)
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(() => {
    test.use({ ...DESK, colorScheme } satisfies BrowserContextOptions)

    test(`the simulator, ${colorScheme}`, async ({ page, hub }) => {
      if (colorScheme === 'light') {
        await page.goto('/')
        await take(page, 'start')
      }
      await playDevice(page, hub)
      await take(page, `simulator-${colorScheme}`)
    })
  })
}

test.describe(() => {
  test.use(PHONE)

  test('the simulator on a phone', async ({ page, hub }) => {
    await page.setViewportSize(DESK.viewport)
    const simulator = await playDevice(page, hub)
    await page.setViewportSize(PHONE.viewport)
    await simulator.press('Timeline')
    await take(page, 'phone-twin')
    await page.getByRole('tab', { name: 'Device' }).click()
    await page.clock.fastForward(1000)
    await take(page, 'phone-device')
  })
})

test.describe(() => {
  test.use(DESK)

  test('a fleet during a rollout, and its hub', async ({ page, context, hub, complaints }) => {
    complaints.allow(hub.endpoints.http)
    await page.goto('/fleet')
    await page.getByLabel('Number of devices').fill('200')
    await page.getByRole('button', { name: 'Start fleet' }).first().click()
    await expect(page.getByRole('definition').filter({ hasText: '200 of 200' })).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: 'fleet-4', exact: true }).click()
    await page.getByLabel('let the next update fail').check()
    await page.keyboard.press('Escape')
    const roll = async (first: number, last: number): Promise<void> => {
      for (let number = first; number <= last; number++) {
        const desired = { firmware: { version: '1.3.0' }, climate: { target: 18 + (number % 6) } }
        await hub.updateTwin(`fleet-${number}`, { properties: { desired } })
      }
    }
    await roll(1, 8)
    await expect(page.getByRole('row').filter({ hasText: 'failed' })).toHaveCount(1, { timeout: 45_000 })
    await roll(9, 30)
    await expect(page.getByRole('row').filter({ hasText: /[2-9]\d %/ })).not.toHaveCount(0)
    await take(page, 'fleet')
    const own = await context.newPage()
    await own.goto(hub.endpoints.http)
    await expect(own.getByRole('link', { name: 'fleet-4', exact: true })).toBeVisible()
    await own.getByRole('link', { name: 'fleet-4', exact: true }).click()
    await expect(own.getByText('did not start').first()).toBeVisible()
    await expect(own.getByRole('banner')).toContainText(/events per second[1-9]\d/)
    await expect(own.locator('.cm-content')).toBeVisible()
    await take(own, 'hub')
    await own.getByRole('link', { name: 'Query' }).click()
    await own.getByRole('button', { name: 'Reported versions' }).click()
    await own.getByRole('button', { name: 'Run' }).click()
    await expect(own.locator('.query-form [role=status]').first()).toHaveText('100 rows so far')
    await own.getByRole('group', { name: /^Result/ }).press('ArrowDown')
    await take(own, 'query')
  })

  test('the kiosk', async ({ page, hub, service, device, complaints }) => {
    complaints.allow(service.url)
    await page.goto(`${service.url}/kiosk`)
    await page.getByRole('textbox').fill(await service.makeCode(device.deviceId))
    await page.getByRole('button', { name: 'Enroll' }).click()
    await expect(page.locator('#mark')).toHaveAttribute('data-state', 'ready')
    const hours = '08:00-18:00'
    const openingHours = { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours }
    const desired = { message: 'Fresh bread at four', accent: '#0b7a4b', theme: 'light', openingHours }
    await hub.updateTwin(device.deviceId, { properties: { desired } })
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fresh bread at four')
    await take(page, 'kiosk')
  })
})
