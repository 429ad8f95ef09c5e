import { expect, PHONE, test } from '../support/hub-page.ts'
import { expectNoSideScroll } from '../support/layout.ts'

test("the hub's page lists devices by name, and shows when a device connects, reports, and disconnects", async ({
  page,
  hubPage,
}) => {
  await hubPage.open()
  const names = page.locator('.devices tbody a')
  await expect.poll(() => names.allTextContents()).toEqual(['device1', 'kiosk-1', 'kiosk-2', 'kiosk-10'])
  await expect(page.locator('.bar-facts')).toContainText('0')
  await expect(page.locator('.devices .hint')).toContainText('No device is connected')
  const twin = await hubPage.connect('kiosk-2')
  await expect(hubPage.row('kiosk-2')).toContainText('connected')
  await expect(page.locator('.bar-facts')).toContainText('connected1')
  await twin.report({ on: true })
  await expect(hubPage.row('kiosk-2').locator('.reportedVersion')).toContainText('v2')
  await expect(hubPage.row('kiosk-2').locator('.lastActivity')).toContainText('now')
  await twin.close()
  await expect(hubPage.row('kiosk-2')).toContainText('not connected')
  await hubPage.hub.createDevice('kiosk-11')
  await expect(hubPage.row('kiosk-11')).toContainText('never')
})

test("the hub's page filters and sorts the table", async ({ page, hubPage }) => {
  await hubPage.hub.updateTwin('kiosk-10', { properties: { desired: { a: 1 } } })
  await hubPage.connect('kiosk-1')
  await hubPage.open()
  const names = page.locator('.devices tbody a')
  await page.getByRole('button', { name: 'Desired', exact: true }).click()
  await expect.poll(() => names.first().textContent()).toBe('kiosk-10')
  await page.getByLabel('State').selectOption('connected')
  await expect.poll(() => names.allTextContents()).toEqual(['kiosk-1'])
  await page.getByLabel('State').selectOption('all')
  await page.getByLabel('Part of the ID').fill('OSK-1')
  await expect.poll(async () => (await names.allTextContents()).sort()).toEqual(['kiosk-1', 'kiosk-10'])
  await page.getByLabel('Part of the ID').fill('nothing')
  await expect(page.locator('.devices .hint')).toContainText('No device matches')
})

test("the hub's page opens a device by its URL, with the time and version of each property", async ({
  page,
  hubPage,
}) => {
  await hubPage.hub.updateTwin('kiosk-1', { tags: { floor: 3 }, properties: { desired: { screen: { dim: true } } } })
  await hubPage.hub.createModule('kiosk-1', 'camera')
  await hubPage.open('#/devices/kiosk-1')
  await expect(hubPage.leaf('desired', 'screen.dim')).toContainText('true')
  const line = page.locator('[data-section=desired] [data-path="screen.dim"]')
  expect(await line.getAttribute('title')).toMatch(/^screen\.dim · .*\d\d:\d\d:\d\d\.\d{3} · desired v2$/)
  await expect(hubPage.leaf('tags', 'floor')).toContainText('3')
  const [table, current] = await Promise.all(
    ['.devices .scroll', '.devices [aria-current]'].map((selector) => page.locator(selector).boundingBox()),
  )
  expect(current?.y).toBeLessThanOrEqual((table?.y ?? 0) + (table?.height ?? 0) - (current?.height ?? 0))
  await page.getByRole('link', { name: 'camera' }).click()
  await expect(page.locator('#device-title')).toContainText('kiosk-1 / camera')
  await page.goBack()
  await expect(page.locator('#device-title')).toContainText('kiosk-1')
})

test("the hub's page adds, disables, enables, disconnects, and deletes a device after a confirmation", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/400|404/)
  await hubPage.open()
  await page.getByRole('button', { name: 'Add' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Device ID').fill('a/b')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(dialog.getByRole('alert')).toContainText('expected 1 to 128 ASCII letters')
  await dialog.getByLabel('Device ID').fill('a%b')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#device-title')).toContainText('a%b')
  const press = async (name: string): Promise<void> => {
    await page.locator('.actions').getByRole('button', { name, exact: true }).first().click()
    await dialog.getByRole('button', { name, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await hubPage.connect('a%b')
  await expect(page.locator('.facts')).toContainText('Connectionconnected')
  await press('Disable')
  await expect(hubPage.row('a%b')).toContainText('disabled')
  await press('Enable')
  await expect(page.locator('.facts')).toContainText('Statusenabled')
  const [before] = hubPage.hub.connections()
  await expect.poll(() => hubPage.hub.connections().length).toBe(1)
  await press('Disconnect')
  await expect.poll(() => hubPage.hub.connections()[0]?.connectedAt !== before?.connectedAt).toBe(true)
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(hubPage.hub.twin('a%b')).toBeDefined()
  await press('Delete')
  await hubPage.row('a%b').waitFor({ state: 'detached' })
  expect(() => hubPage.hub.twin('a%b')).toThrow('a%b')
})

test("the hub's page works by keyboard", async ({ page, hubPage }) => {
  await hubPage.open()
  await hubPage.row('kiosk-10').waitFor()
  await page.locator('.devices tbody a').first().focus()
  await page.keyboard.press('End')
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('kiosk-10')
  await page.keyboard.press('ArrowUp')
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('kiosk-2')
  await page.keyboard.press('Enter')
  await expect(page.locator('#device-title')).toContainText('kiosk-2')
  await page.locator('.events .scroll').focus()
  await page.keyboard.press('ArrowUp')
  await expect(page.locator('.event-detail')).toContainText('identity-created')
})

test("the hub's page fits a phone, and shows a single pane there", { tag: '@firefox' }, async ({ page, hubPage }) => {
  await page.setViewportSize(PHONE)
  await hubPage.open()
  await expectNoSideScroll(page)
  await page.getByRole('link', { name: 'kiosk-1', exact: true }).click()
  await expect(page.locator('#device-title')).toContainText('kiosk-1')
  await expectNoSideScroll(page)
  expect(await page.locator('.devices').isVisible()).toBe(false)
  await page.locator('.tabs').getByRole('button', { name: 'Events' }).click()
  await page.locator('.events').waitFor()
  await expectNoSideScroll(page)
  await page.locator('.tabs').getByRole('button', { name: 'kiosk-1' }).click()
  await page.getByRole('link', { name: 'Close the device' }).click()
  await page.locator('.devices').waitFor()
})

test("the hub's page says that the device in its URL does not exist", async ({ page, hubPage, complaints }) => {
  complaints.expect(/404/)
  await hubPage.open('#/devices/missing')
  await expect(page.locator('.device .hint')).toContainText('The hub has no device missing')
  await page.getByRole('link', { name: 'Back to the devices' }).click()
  await page.locator('.device').waitFor({ state: 'detached' })
})

test("the hub's page renders only the visible rows of 10,000 devices, and finds the last one", async ({
  page,
  hubPage,
}) => {
  const names = Array.from({ length: 10_000 }, (_, at) => `sensor-${at + 1}`)
  for (let at = 0; at < names.length; at += 1000) {
    await Promise.all(names.slice(at, at + 1000).map((name) => hubPage.hub.createDevice(name)))
  }
  await hubPage.open()
  await expect(page.locator('.bar-facts')).toContainText('10,004')
  const rowCount = () => page.locator('.devices table').getAttribute('aria-rowcount')
  await expect.poll(rowCount).toBe('10005')
  expect(await page.locator('.devices tbody tr').count()).toBeLessThan(60)
  await page.locator('.devices .scroll').evaluate((scroller) => scroller.scrollTo({ top: 5000 * 32 }))
  await hubPage.row('sensor-5000').waitFor()
  await page.locator('.devices .scroll').evaluate((scroller) => scroller.scrollTo({ top: scroller.scrollHeight }))
  await hubPage.row('sensor-10000').waitFor()
  expect(await page.locator('.devices tbody tr').count()).toBeLessThan(60)
  await hubPage.connect('sensor-10000')
  await expect(hubPage.row('sensor-10000')).toContainText('connected')
  await page.getByLabel('State').selectOption('connected')
  await expect.poll(() => page.locator('.devices tbody a').allTextContents()).toEqual(['sensor-10000'])
})
