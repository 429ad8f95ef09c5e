import { keyCredentials, parseConnectionString } from 'hubtwin'
import { readFile } from 'node:fs/promises'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('the wire log shows every packet, with request, answer, and payload in a single row', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const rows = page.locator('#wire-rows > li')
  await expect(rows.filter({ hasText: 'CONNECT' }).first()).toContainText('CONNACK 0')
  await expect(rows.filter({ hasText: 'SUBSCRIBE' })).toContainText('SUBACK')
  await expect(page.locator('[data-name=get]')).toContainText('200')
  await device.desire({ climate: { target: 23 } })
  await expect(page.locator('[data-name=desired]')).toContainText('v2')
  await simulator.press('Apply desired')
  const report = page.locator('[data-name=report]')
  await expect(report).toContainText('v225 B')
  await expect(report).toContainText('204')
  expect(await report.count()).toBe(1)
  await report.locator('summary').click()
  await expect(report.locator('.wire-inside')).toContainText('$iothub/twin/PATCH/properties/reported/?$rid=')
  await expect(report.locator('.wire-inside')).toContainText('"target": 23')
  await expect(report.locator('.wire-inside')).toContainText('$iothub/twin/res/204/?$rid=')
})

test('the wire log filters and searches its rows', async ({ page, hub, device, simulator }) => {
  await simulator.connectPassively(device)
  const rows = page.locator('#wire-rows > li')
  await page.getByLabel('Show').selectOption('twin')
  await expect.poll(() => rows.count()).toBe(1)
  await page.getByLabel('Show').selectOption('errors')
  await expect(page.locator('#wire-empty')).toContainText('No matching rows yet.')
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(rows.first()).toContainText('lost')
  await page.getByLabel('Show').selectOption('all')
  await expect(rows.filter({ hasText: 'CONNACK 0' }).nth(1)).toContainText('CONNECT')
  await page.getByLabel('Search').fill('suback')
  const subscribe = expect.stringContaining('SUBSCRIBE')
  await expect.poll(() => rows.allTextContents()).toEqual([subscribe, subscribe])
})

test('the wire log follows the newest row, keeps 500 rows, and does not move while you read older rows', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  for (let target = 1; target <= 620; target++) await device.desire({ climate: { target } })
  const rows = page.locator('#wire-rows > li')
  await expect(rows.last()).toContainText('v621')
  expect(await rows.count()).toBe(500)
  await expect(page.locator('#wire-count')).toContainText('last 500 of 62')
  await expect.poll(() => rows.last().evaluate(isInView)).toBe(true)
  await rows.nth(100).scrollIntoViewIfNeeded()
  await device.desire({ climate: { target: 0 } })
  await expect(rows.last()).toContainText('v622')
  expect(await rows.last().evaluate(isInView)).toBe(false)
})

test('the wire log can be paused, cleared, and hidden', async ({ page, device, simulator }) => {
  await simulator.connectPassively(device)
  await simulator.press('Pause')
  const before = await page.locator('#wire-rows > li').count()
  await device.desire({ climate: { target: 23 } })
  await simulator.press('Paused, 1 new')
  await expect.poll(() => page.locator('#wire-rows > li').count()).toBe(before + 1)
  await simulator.press('Clear')
  expect(await page.locator('#wire-rows > li').count()).toBe(0)
  await expect(page.locator('#wire-empty')).toContainText('Every packet appears here.')
  await device.desire({ climate: { target: 24 } })
  await expect(simulator.wire).toContainText('v3', { useInnerText: true })
  await simulator.press('Timeline')
  await expect(simulator.wire).not.toContainText('v3', { useInnerText: true })
})

test('the wire log exports JSON without any secret', async ({ page, device, simulator }) => {
  await simulator.connectPassively(device)
  await device.desire({ climate: { target: 23 } })
  await expect(page.locator('[data-name=desired]')).toContainText('v2')
  const coming = page.waitForEvent('download')
  await simulator.press('Export')
  const download = await coming
  expect(download.suggestedFilename()).toBe(`hubtwin-${device.deviceId}.json`)
  const text = await readFile(await download.path(), 'utf8')
  const exported = JSON.parse(text) as { deviceId: string; entries: Record<string, unknown>[] }
  expect(exported.deviceId).toBe(device.deviceId)
  expect(exported.entries.find(({ name }) => name === 'get')).toMatchObject({
    topic: '$iothub/twin/GET/?$rid=1',
    roundTripInMs: expect.any(Number),
    answer: { text: '200' },
  })
  expect(exported.entries.find(({ name }) => name === 'desired')).toMatchObject({ version: 2, direction: 'in' })
  expect(text).not.toContain(/SharedAccessKey=([^;]+)/.exec(device.connectionString)?.[1] ?? '')
  expect(text).not.toContain('SharedAccessSignature')
})

test('a row copies as code of hubtwin, of azure-iothub, and as a curl command, without any key', async ({
  page,
  context,
  device,
  simulator,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await simulator.connectPassively(device)
  await device.desire({ climate: { target: 23 } })
  await page.locator('[data-name=desired] summary').click()
  const row = page.locator('[data-name=desired]')
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
  await row.getByRole('button', { name: 'Copy as azure-iothub code' }).click()
  await expect.poll(copied).toContain(`registry.updateTwin("${device.deviceId}", patch, '*')`)
  await row.getByRole('button', { name: 'Copy as a curl command' }).click()
  await expect.poll(copied).toContain(`--data-raw '{"properties":{"desired":{"climate":{"target":23}}}}'`)
  await row.getByRole('button', { name: 'Copy as hubtwin code' }).click()
  await expect.poll(copied).toContain('twin.onDesired(')
  expect(await copied()).not.toContain(/SharedAccessKey=([^;]+)/.exec(device.connectionString)?.[1])

  await simulator.press('Edit patch')
  await page.locator('#patch-copy').getByRole('button', { name: 'Copy as hubtwin code' }).click()
  await expect.poll(copied).toContain('"humidity": 45')
  await page.getByRole('button', { name: 'Copy link' }).click()
  await expect.poll(copied).toBe(page.url())
  expect(new URL(page.url()).search).toBe('?run=off&apply=off')
  await expect(page.getByRole('button', { name: 'QR code' })).toBeHidden()
})

test('a page that the network can reach shows its link as a QR code', async ({ page, site, device, complaints }) => {
  complaints.allow('http://phone.test')
  // The browser lets no page of the network without TLS reach this machine.
  complaints.expect(/WebSocket|address space|ERR_/)
  await page.route('http://phone.test/**', async (route) => {
    const { pathname, search } = new URL(route.request().url())
    await route.fulfill({ response: await route.fetch({ url: new URL(pathname + search, site).href }) })
  })
  const simulator = simulatorPage(page)
  const { identity, sharedAccessKey = '', endpoint } = parseConnectionString(device.connectionString)
  const { password } = await keyCredentials(identity, sharedAccessKey).token()
  await page.goto('http://phone.test/')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(device.connectionString)
  await simulator.press('Connect')
  await expect(page.locator('#start-problem')).toContainText(/WebCrypto|crypto/)
  await page.getByRole('tab', { name: 'Token', exact: true }).click()
  await page.getByRole('textbox', { name: 'Shared access signature' }).fill(password)
  await page.getByRole('textbox', { name: 'Endpoint' }).fill(endpoint ?? '')
  await simulator.press('Connect')
  await simulator.press('QR code')
  const code = page.getByRole('dialog').getByRole('img', { name: 'QR code of http://phone.test/' })
  await expect(code).toBeVisible()
  expect((await code.boundingBox())?.width).toBeGreaterThan(150)
  await simulator.press('Close')
  await expect(code).toBeHidden()
})

/** Runs in the page. */
function isInView(element: Element): boolean {
  const { bottom } = element.getBoundingClientRect()
  return bottom <= (element.closest('.wire-scroll')?.getBoundingClientRect().bottom ?? 0) + 1
}
