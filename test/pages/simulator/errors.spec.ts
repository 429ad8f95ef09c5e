import { setTimeout as delay } from 'node:timers/promises'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('the simulator says that the key is wrong, without showing it', async ({ page, device, simulator }) => {
  const wrongKey = Buffer.from('not the key of this device').toString('base64')
  await simulator.connect(device.connectionString.replace(/SharedAccessKey=[^;]+/, `SharedAccessKey=${wrongKey}`))
  await expect(simulator.trouble).toContainText('Check that the device exists, is enabled, and has this key')
  expect(await page.locator('body').innerText()).not.toContain(wrongKey)
})

test('two machines with the same identity report the conflict instead of disconnecting each other forever', async ({
  page,
  browser,
  site,
  hub,
  device,
}) => {
  const context = await browser.newContext({ baseURL: site })
  const [here, there] = [simulatorPage(page), simulatorPage(await context.newPage())]
  const machines = [here, there]
  /** Advances both clocks, with some real time for the network. */
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
