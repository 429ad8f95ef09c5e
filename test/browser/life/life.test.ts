import type { TwinOptions } from 'hubtwin'
import type { Page } from 'playwright'
import { beforeEach, describe, expect, test } from 'vitest'
import { pageStage } from '../page-stage.ts'
import { executablePath } from '../page.ts'
import type { Kiosk, TransportName } from './kiosk.ts'

/** So long that only a wake can be the reason when something happens within a test. */
const patient: TwinOptions = { retryDelayInMs: 600_000, maxRetryDelayInMs: 600_000, keepaliveInSeconds: 1177 }

declare const window: { kiosk: Kiosk; survived?: boolean }

const transports: readonly TransportName[] = ['light', 'mqtt.js']

describe.skipIf(executablePath === undefined).each(transports)('%s: openTwin() in a page', (transport) => {
  const on = pageStage(new URL('./kiosk.ts', import.meta.url))
  let page: Page

  beforeEach(async () => {
    page = await on.context.newPage()
    await page.goto(on.site.url)
  })

  async function open(options: TwinOptions): Promise<void> {
    const connectionString = on.hub.connectionStrings.device('device1', { plain: true })
    await page.evaluate((given) => window.kiosk.open(...given), [connectionString, options, transport] as const)
  }
  const untilStatus = (type: string): Promise<unknown> =>
    page.waitForFunction((wanted) => window.kiosk.twin.status.type === wanted, type)

  test('comes back when the network does, and does not wait for its back-off', async () => {
    await on.context.setOffline(true)
    await open(patient)
    await untilStatus('waiting')
    await on.context.setOffline(false)
    await untilStatus('ready')
  })

  test('goes into the back/forward cache, and is in step when it is shown again', async () => {
    await open(patient)
    await untilStatus('ready')
    await page.evaluate(() => {
      window.survived = true
    })
    await page.goto(`${on.site.url}away`)
    await expect.poll(() => on.hub.connections().length, { timeout: 10_000 }).toBe(0)
    await on.hub.updateTwin('device1', { properties: { desired: { shownAgain: true } } })
    // A page from the cache fires no load event.
    await page.goBack({ waitUntil: 'commit' })
    await page.waitForFunction(() => window.kiosk.twin.desired['shownAgain'] === true)
    expect(await page.evaluate(() => window.survived)).toBe(true)
  })

  test('lets go of its connection when it is told to freeze, and takes it up when it resumes', async () => {
    await open(patient)
    await untilStatus('ready')
    // Headless Chromium freezes no page: DevTools' own command fires nothing. So the events come from here.
    await page.evaluate(() => document.dispatchEvent(new Event('freeze')))
    await expect.poll(() => on.hub.connections().length, { timeout: 10_000 }).toBe(0)
    await page.evaluate(() => document.dispatchEvent(new Event('resume')))
    await untilStatus('ready')
  })

  test('keeps its connection alive under a policy that forbids workers', async () => {
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await open({ keepaliveInSeconds: 1 })
    await untilStatus('ready')
    const [before] = on.hub.connections()
    // The hub ends a connection that says nothing for 1.5 s; several of these must pass.
    await page.waitForTimeout(5000)
    expect(on.hub.connections()).toEqual([before])
    expect(await page.evaluate(() => window.kiosk.seen.filter(({ type }) => type === 'lost').length)).toBe(0)
    expect(complaints).toEqual([])
  })

  test('finds a connection that died in its sleep when the page is shown, long before the keep-alive would', async () => {
    await open({ ...patient, wakeTimeoutInMs: 500 })
    await untilStatus('ready')
    const undo = on.hub.faults.set({ type: 'silence' }, { deviceId: 'device1' })
    // An hour of sleep, as the page's clock shows it afterwards.
    await page.evaluate(() => {
      const { now } = Date
      Date.now = () => now() + 3_600_000
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await page.waitForFunction(() =>
      window.kiosk.seen.some((observation) => observation.type === 'state' && observation.state === 'waiting'),
    )
    undo()
  })
})
