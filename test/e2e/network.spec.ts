import { simulatorPage } from './simulator-page.ts'
import { expect, test } from './world.ts'

test('the simulator shows what changed while it was offline, once it is back', async ({
  page,
  context,
  hub,
  device,
  complaints,
}) => {
  complaints.expect(/ERR_INTERNET_DISCONNECTED|WebSocket|can’t establish|interrupted/)
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString)
  await expect(simulator.state).toContainText(/ready|connected/i)
  await context.setOffline(true)
  // A browser that is told so opens no new connection; the one that it has goes by the hub's doing.
  hub.faults.drop({ deviceId: device.deviceId })
  await expect(simulator.state).not.toContainText(/^(ready|connected)/i)
  await hub.updateTwin(device.deviceId, { properties: { desired: { whileAway: 'a change' } } })
  await context.setOffline(false)
  await expect(simulator.desired).toContainText('a change')
  await expect(simulator.state).toContainText(/ready|connected/i)
})

test('the simulator says that the key is wrong, and does not show it', async ({ page, device }) => {
  const wrongKey = Buffer.from('a key that nobody has given this device').toString('base64')
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString.replace(/SharedAccessKey=[^;]+/, `SharedAccessKey=${wrongKey}`))
  await expect(simulator.trouble).toContainText('the clock right? Check that the device exists and is enabled')
  expect(await page.locator('body').innerText()).not.toContain(wrongKey)
})

test('the simulator tells of a second machine with its identity, and the two do not fight', async ({
  page,
  browser,
  site,
  hub,
  device,
}) => {
  const [here, there] = [
    simulatorPage(page),
    simulatorPage(await (await browser.newContext({ baseURL: site })).newPage()),
  ]
  const seen: string[] = []
  hub.events.listen((event) => {
    if (event.type === 'connected' && event.deviceId === device.deviceId) seen.push(event.type)
  })
  await here.connect(device.connectionString)
  await there.connect(device.connectionString)
  const told = async (): Promise<string> =>
    (await Promise.all([here, there].map(({ trouble }) => trouble.allInnerTexts()))).flat().join()
  await expect.poll(told, { timeout: 25_000 }).toMatch(/identity/i)
  const before = seen.length
  await page.waitForTimeout(5000)
  expect(seen.length - before).toBeLessThanOrEqual(2)
})
