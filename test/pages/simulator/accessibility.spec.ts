import { expectNoSideScroll } from '../support/layout.ts'
import { expect, test } from '../support/simulator-page.ts'

test('the simulator uses tabs at 320 px, and does not scroll sideways', async ({ page, device, simulator }) => {
  await device.desire({
    modules: { wifi: { ssid: 'a_name_that_is_long_and_has_no_place_to_break_at_all', channel: 7 } },
  })
  await page.setViewportSize({ width: 320, height: 640 })
  await simulator.open()
  // `connectAs` loads the page again.
  for (const name of ['Token', 'Token service', 'Connection string']) {
    await page.getByRole('tab', { name, exact: true }).click()
    await expectNoSideScroll(page)
  }
  await simulator.connectPassively(device)
  for (const name of [/Desired/, 'Device', 'Reported'] as const) {
    await page.getByRole('tab', { name }).click()
    await expectNoSideScroll(page)
  }
  await simulator.press('Edit patch')
  await page.getByRole('textbox', { name: 'Reported patch' }).waitFor()
  await expectNoSideScroll(page)
  await simulator.press('Timeline')
  await expectNoSideScroll(page)
  await page.getByRole('tab', { name: 'Reported' }).press('ArrowLeft')
  await page.getByRole('button', { name: 'Apply desired' }).waitFor()
  await page.getByRole('button', { name: 'Set' }).waitFor({ state: 'hidden' })
  await expectNoSideScroll(page)
})

test('the simulator works by keyboard, and the browser logs no complaint', async ({ page, device, simulator }) => {
  await simulator.open()
  await page.getByRole('textbox', { name: 'Connection string' }).fill(device.connectionString)
  await page.keyboard.press('Enter')
  await simulator.isReady()
  await device.desire({ climate: { target: 23 }, markup: '<img src=x onerror=alert(1)>' })
  await expect(simulator.line('desired', 'markup')).toContainText('<img src=x onerror=alert(1)>')
  await page.getByRole('button', { name: 'Apply desired' }).press('Enter')
  await expect(simulator.line('reported', 'climate.target')).toContainText('23=')
  await page.getByRole('checkbox', { name: 'Run the thermostat' }).press('Space')
  await page.getByRole('button', { name: 'Edit patch' }).press('Enter')
  await page.getByRole('textbox', { name: 'Reported patch' }).press('Control+Enter')
  await expect(page.locator('#report-result')).toContainText('Accepted as v')
  await page.locator('#wire-rows summary').last().press('Enter')
  await page.locator('#wire-rows .wire-inside').last().waitFor()
  for (const name of ['Go offline', 'Go online']) await page.getByRole('button', { name }).press('Enter')
  await simulator.isReady()
  await page.getByRole('button', { name: 'Disconnect' }).press('Enter')
  await page.getByRole('button', { name: 'Reconnect' }).press('Enter')
  await simulator.isReady()
  await page.getByRole('button', { name: 'Forget' }).press('Enter')
  await page.getByRole('button', { name: 'Connect device1' }).waitFor()
})
