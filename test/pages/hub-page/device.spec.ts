import { openDevice } from 'hubtwin'
import { methods } from 'hubtwin/methods'
import { telemetry } from 'hubtwin/telemetry'
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
  await expect(page.locator('.editor p[role=status]')).toContainText('Accepted as desired v2')
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
  const says = page.locator('.editor p[role=status]')
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
  await expect(page.locator('.editor p[role=status]')).toContainText('Accepted as desired v3')
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

test("the hub's page calls methods of connected devices only, queues messages, and shows both with their content", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/400/)
  const { hub } = hubPage
  await hubPage.open('#/devices/kiosk-1')
  const [call, called] = [
    page.getByRole('button', { name: 'Call', exact: true }),
    page.locator('.form .row [role=status]'),
  ]
  await page.getByText('Call a method').click()
  await expect(call).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Disconnect' })).toBeDisabled()
  await expect(called.first()).toHaveText('The device is not connected, so it cannot respond.')
  await page.getByText('Send a message').click()
  await page.getByLabel('Body').fill('{"lift":"out of order"}')
  await page.getByLabel('Properties, one per line').fill('room=1')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(called.last()).toContainText('Queued as message 1')
  await expect(page.locator('.facts')).toContainText('Queued messages1')

  const device = openDevice(hub.connectionStrings.device('kiosk-1', { plain: true }), {
    use: { telemetry: telemetry(), methods: methods() },
  })
  device.methods.handle('reboot', ({ payload }) => payload)
  await device.twin.ready()
  await expect(call).toBeEnabled()
  await page.getByRole('textbox', { name: 'Method' }).fill('reboot')
  await page.getByLabel('Payload (JSON)').fill('{ nonsense')
  await call.click()
  await expect(called.first()).toContainText('The payload is not valid JSON')
  await page.getByLabel('Payload (JSON)').fill('{ "inSeconds": 5 }')
  await call.click()
  await expect(called.first()).toHaveText('Status 200:')
  await device.telemetry.send({ temperature: 20.5 }, { properties: { alarm: 'no' } })

  const activity = page.locator('.activity')
  await expect(activity.locator('summary').first()).toContainText('telemetry{"temperature":20.5}')
  for (const part of ['messagenumber 1 queued', 'methodreboot', 'methodreboot → 200']) {
    await expect(activity.locator('summary', { hasText: part }).first()).toBeVisible()
  }
  await activity.locator('summary').first().click()
  await expect(activity.getByLabel('Content').first()).toContainText('alarm: no')
  await activity.locator('summary', { hasText: 'number 1 queued' }).click()
  await expect(activity).toContainText('"lift": "out of order"')
  await device.close()
  await expect(call).toBeDisabled()
})

test("the hub's page copies the patch and a change as code for hubtwin, azure-iothub, and curl", async ({
  page,
  hubPage,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await hubPage.open('#/devices/device1')
  const editor = page.locator('.editor')
  const copied = async (name: string): Promise<string> => {
    await editor.getByRole('button', { name: `Copy as ${name}` }).click()
    await expect(editor.getByRole('status').filter({ hasText: 'Copied' }).first()).toBeAttached()
    return page.evaluate(() => navigator.clipboard.readText())
  }
  const curl = await copied('a curl command')
  expect(curl).toContain('{"properties":{"desired":{"climate":{"target":21}}}}')
  expect(curl).toContain(`${hubPage.hub.endpoints.http}/hub/devices/device1/twin`)
  await hubPage.write('{ "climate": { "target": 22 } }')
  await expect.poll(() => copied('azure-iothub code')).toContain('"target": 22')
  await hubPage.write('{ "climate": ')
  await expect(editor.getByRole('button', { name: 'Copy as hubtwin code' })).toBeDisabled()

  await hubPage.hub.updateTwin('device1', { properties: { desired: { fan: 'on' } } })
  await page.locator('.line', { hasText: 'desired' }).last().click()
  const detail = page.locator('.event-detail')
  await detail.getByRole('button', { name: 'Copy as hubtwin code' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('{"fan":"on"}')
})
