import { openDevice } from 'hubtwin'
import { methods } from 'hubtwin/methods'
import type { Locator } from '@playwright/test'
import { expect, test } from '../support/hub-page.ts'

test("the hub's page copies a call and a message as code, from the forms and from the events", async ({
  page,
  hubPage,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const { hub } = hubPage
  const copied = async (place: Locator, name: string): Promise<string> => {
    const button = place.getByRole('button', { name: `Copy as ${name}` })
    await button.click()
    await expect(button).toHaveAttribute('data-copied', 'true')
    return page.evaluate(() => navigator.clipboard.readText())
  }
  await hubPage.open('#/devices/kiosk-1')
  const [call, message] = [
    page.locator('.form', { hasText: 'Call a method' }),
    page.locator('.form', { hasText: 'Send a message' }),
  ]
  await call.getByText('Call a method').click()
  await call.getByRole('button', { name: 'Copy as azure-iothub code' }).click()
  await expect(call).toContainText('The method has no name.')
  await call.getByRole('textbox', { name: 'Method' }).fill('reboot')
  await call.getByLabel('Payload (JSON)').fill('{ nonsense')
  await call.getByRole('button', { name: 'Copy as a curl command' }).click()
  await expect(call).toContainText('The payload is not valid JSON')
  await call.getByLabel('Payload (JSON)').fill('{ "inSeconds": 5 }')
  expect(await copied(call, 'a curl command')).toContain(
    `'{"methodName":"reboot","payload":{"inSeconds":5},"responseTimeoutInSeconds":30}' '${hub.endpoints.http}/hub/devices/kiosk-1/methods'`,
  )
  await message.getByText('Send a message').click()
  await message.getByLabel('Body').fill('Hello')
  await message.getByLabel('Properties, one per line').fill('room=1')
  expect(await copied(message, 'azure-iothub code')).toContain('"iothub-app-room": "1"')

  const device = openDevice(hub.connectionStrings.device('kiosk-1', { plain: true }), { use: { methods: methods() } })
  device.methods.handle('reboot', () => ({ status: 202, payload: 'soon' }))
  await device.twin.ready()
  await call.getByRole('button', { name: 'Call', exact: true }).click()
  await page.locator('.line', { hasText: 'reboot → 202' }).click()
  const detail = page.locator('.event-detail')
  expect(await copied(detail, 'hubtwin code')).toContain('return { status: 202, payload: "soon" }')
  expect(await copied(detail, 'azure-iothub code')).toContain('"inSeconds": 5')
  await device.close()
})
