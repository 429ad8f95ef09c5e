import { axeFindings } from '../support/axe.ts'
import { expect, PHONE, test } from '../support/hub-page.ts'

test("the hub's page lists configurations with their target, priority, counts, and content, and follows them", async ({
  page,
  hubPage,
}) => {
  const put = (body: object): Promise<Response> =>
    hubPage.putConfiguration('firmware', { targetCondition: "tags.site = 'lab'", priority: 20, ...body })
  await hubPage.open()
  await page.getByRole('link', { name: 'Configurations' }).click()
  const pane = page.getByRole('region', { name: 'Configurations' })
  await expect(pane).toContainText('registry.addConfiguration(')

  await hubPage.hub.updateTwin('kiosk-1', { tags: { site: 'lab' } })
  const version = "SELECT deviceId FROM devices WHERE properties.reported.version = '1.3.0'"
  const content = { deviceContent: { 'properties.desired.firmware': { version: '1.3.0' } } }
  expect((await put({ content, labels: { Team: 'kiosks' }, metrics: { queries: { done: version } } })).status).toBe(201)
  const item = pane.locator('.configuration')
  await expect(item).toContainText('1 of 1 applied')
  await hubPage.hub.updateTwin('kiosk-2', { tags: { site: 'lab' } })
  await expect(item).toContainText('2 of 2 applied')
  await expect(item).toContainText('priority 20')
  await item.locator('summary').click()
  await expect(item).toContainText("tags.site = 'lab'")
  await expect(item).toContainText('"version": "1.3.0"')
  await expect(item.getByRole('row', { name: 'done' })).toContainText('0')
  await (await hubPage.connect('kiosk-1')).report({ version: '1.3.0' })
  await expect(item.getByRole('row', { name: 'done' })).toContainText('1')
  await expect(page.locator('.line', { hasText: 'firmware created' })).toHaveCount(1)

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page, ['wcag2a', 'wcag2aa', 'wcag22aa', 'best-practice'])).toEqual([])
  }
  await page.setViewportSize(PHONE)
  await expect(item).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
  await page.getByRole('link', { name: 'Close the configurations' }).click()
  await expect(hubPage.row('kiosk-1')).toBeVisible()
})
