import type { Page } from '@playwright/test'
import { axeFindings } from '../support/axe.ts'
import { expect, test as fleetTest } from '../support/fleet-page.ts'
import { test } from '../support/simulator-page.ts'

/** The dark scheme differs only in its colors. */
async function expectNoFindings(page: Page, state: string): Promise<void> {
  expect(await axeFindings(page), `${state}, light`).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
  expect(await axeFindings(page, ['color-contrast']), `${state}, dark`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

test('axe finds nothing on the start page of the simulator', async ({ page, simulator }) => {
  await simulator.open()
  await expectNoFindings(page, 'empty')
  for (const [tab, field] of [
    ['Token', 'Shared access signature'],
    ['Token service', 'URL of the token service'],
    ['Connection string', 'Connection string'],
  ] as const) {
    await page.getByRole('tab', { name: tab, exact: true }).click()
    await page.getByRole('textbox', { name: field }).fill('?')
    await expectNoFindings(page, tab)
  }
  await simulator.open('?service=https://tokens.example.com')
  await expectNoFindings(page, 'a link to a foreign service')
})

test('axe finds nothing on the simulator: with differences, invalid input, errors, and offline, wide and narrow', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 'warm', fanOn: true }, firmware: { version: '1.3.0' }, note: 'hello' })
  await simulator.connectAs(device)
  const model = page.locator('#device-model')
  await expect(model).toContainText('Rejected')
  await model.locator('canvas').waitFor()
  await simulator.press('Edit patch')
  await page.getByRole('textbox', { name: 'Reported patch' }).fill('{ "a" 1 }')
  await expect(page.locator('#patch-hint')).toContainText('expected a colon')
  await page.locator('#wire-rows summary').last().click()
  await device.desire({ climate: { target: 24 }, note: null })
  await expect(simulator.line('desired', 'climate.target')).toContainText('24')
  await expectNoFindings(page, 'ready')

  const undo = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(simulator.trouble).not.toBeEmpty()
  await expectNoFindings(page, 'in trouble')
  undo()
  await simulator.press('Go offline')
  await expectNoFindings(page, 'offline')
  await page.setViewportSize({ width: 360, height: 740 })
  for (const name of [/Desired/, 'Device', 'Reported'] as const) {
    await page.getByRole('tab', { name }).click()
    await expectNoFindings(page, String(name))
  }
})

fleetTest(
  'axe finds nothing on the fleet page: without a fleet, with a fleet, and with an open device',
  async ({ page, fleet }) => {
    await fleet.open()
    await expectNoFindings(page, 'without a fleet')
    await fleet.startLocal(2)
    await expect(fleet.total('connected')).toHaveText('2 of 2')
    await fleet.desire('fleet-2', { climate: { target: 'warm' }, firmware: { version: 7 } })
    await expect(fleet.total('firmware failed')).toHaveText('1')
    await expectNoFindings(page, 'with a fleet')
    await page.getByRole('button', { name: 'fleet-2', exact: true }).click()
    await page.locator('dialog canvas').waitFor()
    await expect(page.getByRole('dialog')).toContainText('Rejected: climate.target is "warm"')
    await expectNoFindings(page, 'with an open device')
  },
)
