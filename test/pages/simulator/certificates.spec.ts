import { launchTrusting, trustObstacle } from '../support/browser-that-trusts.ts'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test(
  'the simulator rejects an untrusted certificate, and gives advice',
  { tag: '@firefox' },
  async ({ hub, device, complaints, simulator }) => {
    complaints.expect(/WebSocket|certificate|ERR_CERT|can’t establish|wss:/)
    await simulator.connect(hub.connectionStrings.device(device.deviceId))
    await expect(simulator.trouble).toContainText(/certificate/i)
    expect(device.connections()).toEqual([])
  },
)

test(
  'the simulator connects over TLS when the browser trusts the certificate authority of the hub',
  { tag: '@firefox' },
  async ({ browserName, playwright, launchOptions, channel, site, hub, device }) => {
    const obstacle = await trustObstacle()
    test.skip(obstacle !== undefined, obstacle)
    const options = { ...launchOptions, ...(channel !== undefined && { channel }), baseURL: site }
    const { context, close } = await launchTrusting(playwright[browserName], options, hub.certificateAuthority)
    try {
      const page = await context.newPage()
      const simulator = simulatorPage(page)
      await simulator.connect(hub.connectionStrings.device(device.deviceId))
      await expect(simulator.state).toContainText(/ready|connected/i)
      expect(device.connections()[0]?.secure).toBe(true)
    } finally {
      await close()
    }
  },
)
