import type { TwinOptions } from 'hubtwin'
import type { Device } from '../support/device.ts'
import { scriptPage } from '../support/script-page.ts'
import type { TransportName, TwinPage } from '../support/twin-page.ts'
import { expect } from '../support/world.ts'

/** Waits that are too long for a test, so that only a wake can cause a reconnect. */
const PATIENT: TwinOptions = { retryDelayInMs: 600_000, maxRetryDelayInMs: 600_000, keepaliveInSeconds: 1177 }

declare const window: { twinPage: TwinPage; survived?: boolean }

interface Opened {
  open(options: TwinOptions): Promise<void>
  untilStatus(type: string): Promise<unknown>
}

const test = scriptPage(new URL('../support/twin-page.ts', import.meta.url)).extend<{ readonly twin: Opened }>({
  twin: async ({ page, device, transport }, use) => {
    await page.goto('/')
    await use({
      open: (options) => page.evaluate(openIn, [device.connectionString, options, transport] as const),
      untilStatus: (type) => page.waitForFunction((wanted) => window.twinPage.twin.status.type === wanted, type),
    })
  },
})

/** Runs in the page. */
function openIn(given: readonly [string, TwinOptions, TransportName]): void {
  window.twinPage.open(...given)
}

async function expectNoConnection(device: Device): Promise<void> {
  await expect.poll(() => device.connections()).toEqual([])
}

test('openTwin() connects when the network is back, without waiting for its back-off', async ({
  context,
  twin,
  complaints,
}) => {
  complaints.expect(/ERR_INTERNET_DISCONNECTED/)
  await context.setOffline(true)
  await twin.open(PATIENT)
  await twin.untilStatus('waiting')
  await context.setOffline(false)
  await twin.untilStatus('ready')
})

test('openTwin() enters the back/forward cache and syncs when the page comes back', async ({ page, device, twin }) => {
  await twin.open(PATIENT)
  await twin.untilStatus('ready')
  await page.evaluate(() => {
    window.survived = true
  })
  await page.goto('/away')
  await expectNoConnection(device)
  await device.desire({ shownAgain: true })
  // A page from the cache fires no load event.
  await page.goBack({ waitUntil: 'commit' })
  await page.waitForFunction(() => window.twinPage.twin.desired['shownAgain'] === true)
  expect(await page.evaluate(() => window.survived)).toBe(true)
})

test('openTwin() disconnects when the page freezes and connects when it resumes', async ({ page, device, twin }) => {
  await twin.open(PATIENT)
  await twin.untilStatus('ready')
  // Headless Chromium never freezes a page, and the DevTools command fires no event.
  await page.evaluate(() => document.dispatchEvent(new Event('freeze')))
  await expectNoConnection(device)
  await page.evaluate(() => document.dispatchEvent(new Event('resume')))
  await twin.untilStatus('ready')
})

test('openTwin() keeps its connection alive under a policy that forbids workers', async ({ page, device, twin }) => {
  const sent: Buffer[] = []
  const received: Buffer[] = []
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(Buffer.from(payload)))
    socket.on('framereceived', ({ payload }) => received.push(Buffer.from(payload)))
  })
  await page.clock.install()
  await twin.open({ keepaliveInSeconds: 1 })
  await twin.untilStatus('ready')
  const before = device.connections()
  // The keep-alive follows level and flags (MQTT 3.1.1 §3.1.2.10). In a page it is at least 120 s.
  const [connect] = sent
  expect(connect?.readUInt16BE(connect.indexOf('MQTT') + 6)).toBe(120)
  const countOf = (frames: readonly Buffer[], type: number): number => frames.filter(([first]) => first === type).length
  const pings = (): number[] => [countOf(sent, 0xc0), countOf(received, 0xd0)]
  for (let minute = 1; minute <= 6; minute++) {
    // As in a hidden page, each due timer fires once.
    await page.clock.fastForward(60_000)
    // PINGREQ and PINGRESP. The page handles the response before its clock goes on.
    if (minute % 2 === 0) await expect.poll(pings).toEqual([minute / 2, minute / 2])
    await page.evaluate(() => undefined)
  }
  expect(device.connections()).toEqual(before)
  expect(await page.evaluate(() => window.twinPage.seen.filter(({ type }) => type === 'lost').length)).toBe(0)
})

test('openTwin() finds a connection that died during sleep long before the keep-alive would', async ({
  page,
  hub,
  device,
  twin,
}) => {
  await twin.open({ ...PATIENT, wakeTimeoutInMs: 500 })
  await twin.untilStatus('ready')
  const undo = hub.faults.set({ fault: 'silence', device: device.deviceId })
  // The page's clock shows an hour of sleep.
  await page.evaluate(() => {
    const { now } = Date
    Date.now = () => now() + 3_600_000
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await page.waitForFunction(() =>
    window.twinPage.seen.some((observation) => observation.type === 'state' && observation.state === 'waiting'),
  )
  undo()
})
