import type { Locator } from '@playwright/test'
import { expect, test } from '../support/simulator-page.ts'

test('the panels and the timeline copy telemetry, calls, and messages as code', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const { deviceId } = device
  const copied = async (place: Locator, name: string): Promise<string> => {
    const button = place.getByRole('button', { name: `Copy as ${name}` })
    await button.click()
    await expect(button).toHaveText('Copied')
    return page.evaluate(() => navigator.clipboard.readText())
  }
  await simulator.connectPassively(device)
  const panel = async (id: string): Promise<Locator> => {
    await page.locator(`#${id} > summary`).click()
    return page.locator(`#${id} .copy-as`)
  }

  const telemetry = await panel('telemetry')
  await expect(telemetry.getByRole('button')).toHaveText(['hubtwin'])
  await page.locator('#telemetry').getByLabel('From').selectOption('a template')
  await page.locator('#telemetry').getByRole('textbox', { name: 'Template' }).fill('{ "n": {{counter}} }')
  expect(await copied(telemetry, 'hubtwin code')).toContain('device.telemetry.send({\n  "n": 1\n})')
  await page.locator('#telemetry').getByRole('button', { name: 'Send once' }).click()

  const methods = await panel('methods')
  expect(await copied(methods, 'a curl command')).toContain('"methodName":"reboot"')
  await hub.invokeMethod(deviceId, { methodName: 'reload', payload: { full: true } })
  await expect(page.locator('#methods')).toContainText('answered 200')
  expect(await copied(methods, 'azure-iothub code')).toContain(`client.invokeDeviceMethod("${deviceId}", call)`)
  expect(await copied(methods, 'hubtwin code')).toContain('device.methods.handle("reload"')

  const messages = await panel('messages')
  // The device connects again with a subscription.
  await expect(page.locator('[data-name=SUBSCRIBE]').nth(1)).toBeAttached()
  await hub.sendToDevice(deviceId, { body: 'Hello', properties: { room: 'A 1+' } })
  await expect(page.locator('#messages')).toContainText('accepted, PUBACK sent')
  const content = '"body":"Hello","properties":{"room":"A 1+"}'
  expect(await copied(messages, 'a curl command')).toContain(content)

  for (const [name, language, part] of [
    ['telemetry', 'hubtwin code', '"n": 1'],
    ['method', 'a curl command', '{"methodName":"reload","payload":{"full":true}}'],
    ['message', 'a curl command', content],
  ] as const) {
    const row = page.locator(`#wire-rows [data-name=${name}]`).last()
    await row.locator('summary').click()
    expect(await copied(row, language), name).toContain(part)
  }
})
