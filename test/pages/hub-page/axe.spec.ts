import { axeFindings } from '../support/axe.ts'
import { expect, PHONE, test } from '../support/hub-page.ts'

/** All of WCAG 2.2 up to level AA, including target sizes, which axe skips by default. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

test("axe finds nothing on the hub's page: light and dark, wide and narrow, with and without an open device", async ({
  page,
  hubPage,
}) => {
  await hubPage.hub.updateTwin('kiosk-1', { tags: { floor: 3 }, properties: { desired: { on: true, mode: 'eco' } } })
  await hubPage.open()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page, RULES)).toEqual([])
  }
  await hubPage.connect('kiosk-1')
  await hubPage.open('#/devices/kiosk-1')
  await hubPage.write('{ "a": }')
  await expect(page.locator('.editor p[role=status]')).toContainText('expected a value')
  await page.locator('.line').last().click()
  await page.getByText('Call a method').click()
  await page.getByText('Send a message').click()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page, RULES)).toEqual([])
  }
  await page.getByRole('button', { name: 'Delete' }).click()
  expect(await axeFindings(page, RULES)).toEqual([])
  await page.setViewportSize(PHONE)
  await page.reload()
  await expect(page.locator('#device-title')).toContainText('kiosk-1')
  expect(await axeFindings(page, RULES)).toEqual([])
})
