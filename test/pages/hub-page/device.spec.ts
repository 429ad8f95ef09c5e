import { expect, test } from '../support/hub-page.ts'

test("the hub's page sends a patch to a real device, and shows its report", async ({ page, hubPage }) => {
  const twin = await hubPage.connect()
  const targets: unknown[] = []
  twin.onDesired('target', async ({ value }) => {
    targets.push(value)
    await twin.report({ target: value as number })
  })
  await hubPage.open('#/devices/device1')
  await hubPage.write('{ "target": 23 }')
  await page.getByRole('button', { name: 'Send patch' }).click()
  await expect(page.locator('.editor [role=status]')).toContainText('Accepted as desired v2')
  await expect.poll(() => targets).toEqual([23])
  await expect(hubPage.leaf('reported', 'target')).toContainText('23')
})

test("the hub's page wraps a long value, but not its short key", async ({ page, hubPage }) => {
  const desired = { error: 'one word after the other '.repeat(20), short: 1 }
  await hubPage.hub.updateTwin('device1', { properties: { desired } })
  await hubPage.open('#/devices/device1')
  await expect(hubPage.leaf('desired', 'error')).toContainText('one word')
  const heights = ['error', 'short'].map((path) =>
    page
      .locator(`[data-section=desired] [data-path="${path}"] .key`)
      .evaluate((element) => element.getBoundingClientRect().height),
  )
  const [long, short] = await Promise.all(heights)
  expect(long).toBe(short)
})

test("the hub's page marks invalid JSON, and does not send it", async ({ page, hubPage, complaints }) => {
  complaints.expect(/400/)
  await hubPage.open('#/devices/device1')
  const says = page.locator('.editor [role=status]')
  await hubPage.write('{ "a": 1,\n  b: 2 }')
  await expect(says).toContainText(
    'Line 2, column 3: expected a string in double quotes, a number, true, false, or null, found b.',
  )
  await page.locator('.cm-lintRange-error').first().waitFor()
  await hubPage.write('[1]')
  await expect(says).toContainText('a patch is an object')
  await hubPage.write('{ "a": 1, "a": 2 }')
  await expect(says).toContainText('the key a appears twice')
  await page.getByRole('button', { name: 'Send patch' }).click()
  expect(hubPage.hub.twin('device1')).toMatchObject({ version: 2 })
  await hubPage.write('{ "a": [null] }')
  await page.getByRole('button', { name: 'Send patch' }).click()
  await expect(page.locator('.editor [role=alert]')).toContainText('null')
})

test("the hub's page warns when the twin changes during editing, and overwrites nothing", async ({ page, hubPage }) => {
  await hubPage.open('#/devices/device1')
  await hubPage.write('{ "target": 5 }')
  await hubPage.hub.updateTwin('device1', { properties: { desired: { target: 6 } } })
  await expect(page.locator('.conflict')).toContainText(
    'The tags or the desired properties changed while you were editing',
  )
  await expect(hubPage.leaf('desired', 'target')).toContainText('6')
  expect(await page.getByRole('button', { name: 'Send patch' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.locator('.conflict')).toBeHidden()
  await page.getByRole('button', { name: 'Send patch' }).click()
  await expect(page.locator('.editor [role=status]')).toContainText('Accepted as desired v3')
  await expect(hubPage.leaf('desired', 'target')).toContainText('5')
})

test("the hub's page shows a conflict that the hub finds", async ({ page, hubPage, complaints }) => {
  complaints.expect(/412/)
  await hubPage.open('#/devices/device1')
  await hubPage.write('{ "target": 5 }')
  // The twin changes between the click and the request.
  await page.route('**/twin', async (route) => {
    await hubPage.hub.updateTwin('device1', { properties: { desired: { target: 6 } } })
    await route.continue()
  })
  await page.getByRole('button', { name: 'Send patch' }).click()
  await expect(page.locator('.conflict')).toContainText('Nothing was sent')
  expect(hubPage.hub.twin('device1')).toMatchObject({ properties: { desired: { target: 6 } } })
})

test("the hub's page shows a connection string after a click, and no key before", async ({ page, hubPage }) => {
  await hubPage.open('#/devices/device1')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const key = /SharedAccessKey=([^;]+)/.exec(hubPage.hub.connectionStrings.device('device1'))?.[1] ?? ''
  expect(await page.content()).not.toContain(key)
  await page.getByRole('button', { name: 'Copy without TLS' }).click()
  await expect(page.locator('.connection-string [role=status]')).toContainText('Copied')
  const expected = hubPage.hub.connectionStrings.device('device1', { plain: true })
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(expected)
  await expect(page.locator('.secret')).toContainText(expected)
  await page.getByRole('button', { name: 'Hide' }).click()
  expect(await page.content()).not.toContain(key)
})

test("the hub's page calls a method and sends a message, and shows the result", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/404/)
  await hubPage.open('#/devices/device1')
  await page.getByText('Call a method').click()
  await page.getByLabel('Method').fill('reboot')
  await page.getByLabel('Payload (JSON)').fill('{ nonsense')
  const called = page.locator('.form [role=status]').first()
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await expect(called).toContainText('The payload is not valid JSON')
  await page.getByLabel('Payload (JSON)').fill('')
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await expect(called).toContainText('Timed out waiting for device to connect')
  await page.getByText('Send a message').click()
  await page.getByLabel('Body').fill('hello')
  await page.getByLabel('Properties, one per line').fill('room=1')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.locator('.form [role=status]').last()).toContainText('Queued as message 1')
  await expect(page.locator('.facts')).toContainText('Queued messages1')
})
