import { keyCredentials, parseConnectionString } from 'hubtwin'
import { simulatorPage } from './simulator-page.ts'
import { type Device, expect, test } from './world.ts'

test.beforeEach(({ service, complaints }) => complaints.allow(service.url))

async function makeToken({ connectionString }: Device): Promise<string> {
  const { identity, sharedAccessKey = '' } = parseConnectionString(connectionString)
  return (await keyCredentials(identity, sharedAccessKey).token()).password
}

test('a token that was made elsewhere connects the simulator, and the page says so when its time is over', async ({
  page,
  hub,
  device,
}) => {
  const token = await makeToken(device)
  const simulator = simulatorPage(page)
  await simulator.connectByToken(token, `ws://localhost:${hub.plainPort}`)
  await simulator.isReady()
  await expect(page.getByText('This page holds a token')).toBeVisible()
  hub.faults.expire({ deviceId: device.deviceId })
  hub.faults.drop({ deviceId: device.deviceId })
  await expect(simulator.trouble).toContainText('Where the time of the token is over, press Forget and paste a new one')
  expect(await page.content()).not.toContain(/sig=([^&]+)/.exec(token)?.[1])
})

test('the simulator gets a fresh token from the service before the old one is over, and when the hub refuses it', async ({
  page,
  hub,
  device,
  service,
}) => {
  const given = (): number =>
    service.events(device.deviceId).filter(({ event, outcome }) => event === 'token' && outcome === 'ok').length
  await page.clock.install()
  const simulator = simulatorPage(page)
  await simulator.connectByService(service.url, await service.makeCode(device.deviceId))
  await simulator.isReady()
  await expect(page.getByText('This page holds')).toBeHidden()
  expect(given()).toBe(1)
  const [before] = hub.connections().filter(({ deviceId }) => deviceId === device.deviceId)

  // A token is newer by the second, and the service has the real clock.
  const first = Math.ceil(Date.now() / 1000)
  await expect.poll(() => Math.ceil(Date.now() / 1000)).toBeGreaterThan(first)
  // A quarter of an hour before the end of the hour.
  await page.clock.fastForward('46:00')
  await expect.poll(given).toBe(2)
  await expect
    .poll(() => hub.connections().find(({ deviceId }) => deviceId === device.deviceId)?.connectedAt ?? 0)
    .toBeGreaterThan(before?.connectedAt ?? Infinity)
  await simulator.isReady()

  hub.faults.expire({ deviceId: device.deviceId })
  hub.faults.drop({ deviceId: device.deviceId })
  await expect.poll(given).toBe(3)
  await simulator.isReady()
  await simulator.report('after', 'both')
})

test('the simulator says why the token service gives nothing', async ({ page, device, service, complaints }) => {
  complaints.expect(/401|403|Failed to load resource/)
  const simulator = simulatorPage(page)
  const code = await service.makeCode(device.deviceId)
  await simulator.connectByService(service.url, code)
  await simulator.isReady()
  await simulator.press('Forget')
  await simulator.connectByService(service.url, code)
  await expect(page.getByText('The code is unknown, was used, or is over')).toBeVisible()
})
