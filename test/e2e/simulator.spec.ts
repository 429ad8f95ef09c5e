import { simulatorPage } from './simulator-page.ts'
import { expect, test } from './world.ts'

test('the simulator is the device of the hub on this machine at one press, and again by its link', async ({
  page,
  hub,
}) => {
  await page.goto('/')
  const simulator = simulatorPage(page)
  await simulator.press('Connect device1')
  await simulator.isReady()
  await hub.updateTwin('device1', { properties: { desired: { climate: { target: 23 } } } })
  await expect(simulator.desired).toContainText('23')
  expect(new URL(page.url()).search).toBe('?connect=local')
  await page.reload()
  await simulator.isReady()
  await expect(simulator.desired).toContainText('23')
})

test('the simulator shows the twin of a pasted connection string', async ({ page, device, hub }) => {
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString)
  await hub.updateTwin(device.deviceId, { properties: { desired: { climate: { target: 23 } } } })
  await expect(page.getByRole('list', { name: /desired/i })).toContainText('target')
  await simulator.press('Apply desired')
  await expect(simulator.reported).toContainText('23=')
  await expect(simulator.wire).toContainText('CONNACK 0')
  await simulator.press('Wire')
  await expect(simulator.wire).not.toContainText('CONNACK 0', { useInnerText: true })
})
