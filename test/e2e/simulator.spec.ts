import { expect, test } from './world.ts'

test('the simulator shows the twin of a pasted connection string', async ({ page, device, hub }) => {
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Connection string' }).fill(device.connectionString)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await hub.updateTwin(device.deviceId, { properties: { desired: { climate: { target: 23 } } } })
  await expect(page.getByRole('list', { name: /desired/i })).toContainText('target')
})
