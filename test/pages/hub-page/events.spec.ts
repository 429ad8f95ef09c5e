import { expect, test } from '../support/hub-page.ts'

test("the hub's page lists events with their payload, and pauses, filters, clears, and exports them", async ({
  page,
  hubPage,
}) => {
  await hubPage.open()
  const lines = page.locator('.line')
  await hubPage.hub.updateTwin('kiosk-1', { tags: { floor: 1 } })
  await hubPage.hub.updateTwin('kiosk-2', { properties: { desired: { dim: true } } })
  await expect(lines.last()).toContainText('v2 {"desired":{"dim":true}}')
  await lines.last().click()
  await expect(page.locator('.event-detail pre')).toContainText('"by": "service"')
  await page.getByRole('button', { name: 'Pause' }).click()
  await hubPage.hub.updateTwin('kiosk-1', { tags: { floor: 2 } })
  await expect(hubPage.row('kiosk-1')).toContainText('v1')
  await page.getByLabel('Part of an event').fill('floor')
  await expect.poll(() => lines.count()).toBe(1)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect.poll(() => lines.count()).toBe(2)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject([
    { deviceId: 'kiosk-1', change: { tags: { floor: 1 } } },
    { deviceId: 'kiosk-1', change: { tags: { floor: 2 } } },
  ])
  await page.getByLabel('Part of an event').fill('')
  await page.getByLabel('Kind').selectOption('registry')
  await expect(lines.first()).toContainText('created')
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(page.locator('.events .hint')).toContainText('npx hubtwin-emulator events')
})

test("the hub's page keeps the newest 2000 events and follows them", async ({ page, hubPage }) => {
  await hubPage.open()
  const counts = Array.from({ length: 3000 }, (_, at) => at + 1)
  await Promise.all(counts.map((count) => hubPage.hub.updateTwin('kiosk-1', { tags: { count } })))
  await expect(page.locator('.line').last()).toContainText('{"count":3000}')
  const height = await page.locator('.lines').evaluate((list) => list.clientHeight)
  expect(height / 28).toBeGreaterThanOrEqual(2000)
  expect(height / 28).toBeLessThanOrEqual(2500)
  expect(await page.locator('.line').count()).toBeLessThan(100)
})

test("the hub's page says when the hub stops, and reconnects to the next hub", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/ERR_/)
  await hubPage.open()
  await hubPage.row('kiosk-10').waitFor()
  await hubPage.restart()
  await page.locator('[data-state=live]').waitFor()
  await hubPage.row('kiosk-10').waitFor({ state: 'detached' })
  await expect(page.locator('.line.warning').first()).toContainText('the hub restarted')
  await hubPage.hub.createDevice('new')
  await hubPage.row('new').waitFor()
})
