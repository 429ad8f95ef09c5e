import { setTimeout as delay } from 'node:timers/promises'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('the simulator says that the key is wrong, and does not show it', async ({ page, device, simulator }) => {
  const wrongKey = Buffer.from('a key that nobody has given this device').toString('base64')
  await simulator.connect(device.connectionString.replace(/SharedAccessKey=[^;]+/, `SharedAccessKey=${wrongKey}`))
  await expect(simulator.trouble).toContainText('the clock right? Check that the device exists and is enabled')
  expect(await page.locator('body').innerText()).not.toContain(wrongKey)
})

test('two machines with one identity report each other, and do not take turns in disconnecting', async ({
  page,
  browser,
  site,
  hub,
  device,
}) => {
  const context = await browser.newContext({ baseURL: site })
  const [here, there] = [simulatorPage(page), simulatorPage(await context.newPage())]
  const machines = [here, there]
  /** Both clocks, and some real time for the network. */
  async function advance(ms: number): Promise<void> {
    for (const { page: each } of machines) await each.clock.fastForward(ms)
    await delay(50)
  }
  let connects = 0
  const stop = hub.events.listen(({ type, deviceId }) => {
    if (type === 'connected' && deviceId === device.deviceId) connects++
  })
  for (const machine of machines) {
    await machine.page.clock.install()
    await machine.connect(device.connectionString)
  }
  await expect
    .poll(async () => {
      await advance(500)
      return (await Promise.all(machines.map(({ trouble }) => trouble.allInnerTexts()))).flat().join()
    })
    .toMatch(/identity/i)
  const before = connects
  for (let step = 0; step < 10; step++) await advance(500)
  expect(connects - before).toBeLessThanOrEqual(2)
  stop()
  await context.close()
})
