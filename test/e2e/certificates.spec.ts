import { launchTrusting, trustObstacle } from './browser-that-trusts.ts'
import { simulatorPage } from './simulator-page.ts'
import { expect, test } from './world.ts'

test('the simulator refuses a hub whose certificate nobody trusts, and says what to do', async ({
  page,
  hub,
  device,
  complaints,
}) => {
  complaints.expect(/WebSocket|certificate|ERR_CERT|can’t establish|wss:/)
  const simulator = simulatorPage(page)
  await simulator.connect(hub.connectionStrings.device(device.deviceId))
  await expect(simulator.trouble).toContainText(/certificate/i)
  expect(hub.connections().some(({ deviceId }) => deviceId === device.deviceId)).toBe(false)
})

test('the simulator connects over TLS where the browser trusts the certificate authority of the hub', async ({
  browserName,
  playwright,
  launchOptions,
  channel,
  site,
  hub,
  device,
}) => {
  const obstacle = await trustObstacle()
  test.skip(obstacle !== undefined, obstacle)
  const options = { ...launchOptions, ...(channel !== undefined && { channel }), baseURL: site }
  const { context, close } = await launchTrusting(playwright[browserName], options, hub.certificateAuthority)
  try {
    const page = await context.newPage()
    const simulator = simulatorPage(page)
    await simulator.connect(hub.connectionStrings.device(device.deviceId))
    await expect(simulator.state).toContainText(/ready|connected/i)
    expect(hub.connections().find(({ deviceId }) => deviceId === device.deviceId)?.secure).toBe(true)
  } finally {
    await close()
  }
})
