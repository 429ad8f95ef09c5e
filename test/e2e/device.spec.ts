import type { Page } from '@playwright/test'
import type { Hub } from 'hubtwin-emulator'
import { type SimulatorPage, simulatorPage } from './simulator-page.ts'
import { type Device, expect, test } from './world.ts'

type Reported = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A simulator whose device runs and does what is desired by itself; its clock is the test's. */
async function start(page: Page, { connectionString }: Device): Promise<SimulatorPage> {
  await page.clock.install()
  const simulator = simulatorPage(page)
  await simulator.connect(connectionString)
  await simulator.isReady()
  await page.getByLabel('by itself').check()
  await simulator.press('Start the device')
  await expect(simulator.reported).toContainText('firmware')
  return simulator
}

function reportedAt(hub: Hub, { deviceId }: Device): Reported {
  return (hub.twin(deviceId) as { properties: { reported: Reported } }).properties.reported
}

test('the thermostat moves toward the target that is desired, draws it, and reports how warm it is', async ({
  page,
  hub,
  device,
}) => {
  await start(page, device)
  const temperature = (): number => Number(reportedAt(hub, device)['climate']?.['temperature'])
  const target = 23
  await hub.updateTwin(device.deviceId, { properties: { desired: { climate: { target } } } })
  await expect(page.getByText('→ 23.0 °C')).toBeVisible()
  await page.clock.fastForward('00:20')
  await expect.poll(temperature).toBeGreaterThan(20)
  expect(temperature()).toBeLessThan(target)
  await page.clock.fastForward('05:00')
  await expect.poll(temperature).toBe(target)
  await expect(page.getByText('holding')).toBeVisible()
  await expect(page.getByText(/^Temperature of the last 5 minutes: now 23\.0 °C/)).toBeAttached()
  await expect(page.locator('#device-model canvas')).toBeVisible()
})

test('the firmware goes through its states, and one that fails says why', async ({ page, hub, device }) => {
  const statuses: unknown[] = []
  hub.events.listen((event) => {
    if (event.type !== 'twin-changed' || event.by !== 'device' || event.deviceId !== device.deviceId) return
    const status = (event.change as { reported: Reported }).reported['firmware']?.['status']
    if (status !== undefined) statuses.push(status)
  })
  const simulator = await start(page, device)
  const firmware = page.locator('#device-model').getByRole('status')
  const wish = (version: string): Promise<unknown> =>
    hub.updateTwin(device.deviceId, { properties: { desired: { firmware: { version } } } })

  await wish('1.3.0')
  await expect(firmware).toContainText('Downloading 1.3.0')
  await expect(page.getByRole('progressbar', { name: 'Download of the firmware' })).toBeVisible()
  await page.clock.fastForward('00:21')
  await expect(firmware).toContainText('Applying 1.3.0')
  await page.clock.fastForward('00:06')
  await expect(firmware).toHaveText('The wanted version runs.')
  await expect.poll(() => statuses).toEqual(['idle', 'downloading', 'applying', 'done'])

  await page.getByLabel('the next update fails').check()
  await wish('1.4.0')
  await expect(firmware).toContainText('Downloading 1.4.0')
  await page.clock.fastForward('00:30')
  await expect(firmware).toHaveText('Failed: Version 1.4.0 did not start; 1.3.0 runs again.')
  await expect(simulator.reported).toContainText('Version 1.4.0 did not start; 1.3.0 runs again')
  await expect.poll(() => reportedAt(hub, device)['firmware']?.['status']).toBe('failed')
})
