import type { TwinOptions } from 'hubtwin'
import type { Page } from 'playwright'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pageStage } from '../page-stage.ts'
import { executablePath } from '../page.ts'
import { type HubRecord, recordHub } from './hub-record.ts'
import { crash, endings } from './endings.ts'
import type { TabPage, TransportName } from './tab-page.ts'

declare const window: { tab: TabPage; survived?: boolean }

const transports: readonly TransportName[] = ['light', 'mqtt.js']

describe.skipIf(executablePath === undefined).each(transports)('%s: openSharedTwin() in tabs', (transport) => {
  const on = pageStage(new URL('./tab-page.ts', import.meta.url))
  let record: HubRecord
  let devices = 0

  beforeEach(async () => {
    const deviceId = `tabs${++devices}`
    await on.hub.createDevice(deviceId)
    record = recordHub(on.hub, deviceId)
  })
  afterEach(() => record.stop())

  async function openTab(options: TwinOptions = {}): Promise<Page> {
    const page = await on.context.newPage()
    await page.goto(on.site.url)
    const connectionString = on.hub.connectionStrings.device(record.deviceId, { plain: true })
    await page.evaluate((given) => window.tab.open(...given), [connectionString, options, transport] as const)
    return page
  }

  /** The first leads. */
  async function openTabs(count: number): Promise<readonly [Page, ...Page[]]> {
    const first = await openTab()
    await untilRole(first, 'leader')
    const others: Page[] = []
    while (others.length < count - 1) others.push(await openTab())
    for (const page of [first, ...others]) await untilReady(page)
    return [first, ...others]
  }
  const untilRole = (page: Page, role: string): Promise<unknown> =>
    page.waitForFunction((wanted) => window.tab.twin.role.type === wanted, role)
  const untilReady = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => window.tab.twin.status.type === 'ready')
  const untilStep = (page: Page, step: number): Promise<unknown> =>
    page.waitForFunction((wanted) => window.tab.twin.desired['step'] === wanted, step)
  const desire = (desired: Record<string, number>): Promise<unknown> =>
    on.hub.updateTwin(record.deviceId, { properties: { desired } })
  const rolesOf = (pages: readonly Page[]): Promise<string[]> =>
    Promise.all(pages.map((page) => page.evaluate(() => window.tab.twin.role.type)))

  test.each([2, 5])('connects once for %i tabs, which have the same state and report in order', async (count) => {
    const pages = await openTabs(count)
    expect(await rolesOf(pages)).toEqual(['leader', ...pages.slice(1).map(() => 'follower')])
    for (let step = 1; step <= 20; step++) await desire({ step })
    await Promise.all(pages.map((page, index) => page.evaluate((name) => window.tab.report(name, 20), `tab${index}`)))
    for (const page of pages) {
      await untilStep(page, 20)
      expect(await page.evaluate(() => window.tab.desired.slice(-20).map(([version]) => version))).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 2),
      )
    }
    const known = await Promise.all(
      pages.map((page) => page.evaluate(() => [window.tab.twin.reported, window.tab.twin.versions])),
    )
    for (const each of known) expect(each).toEqual(known[0])
    for (const index of pages.keys()) expect(record.steps(`tab${index}`)).toEqual(steps(20))
    expect(record.connects).toBe(1)
  })

  test.each(Object.entries(endings))('has another tab take over when the leader %s', async (_how, end) => {
    const [leader, heir, third] = await openTabs(3)
    if (heir === undefined || third === undefined) throw new Error('No tabs')
    await desire({ step: 1 })
    await untilStep(third, 1)
    await end(leader, `${on.site.url}away`)
    await untilRole(heir, 'leader')
    await untilReady(heir)
    await desire({ step: 2 })
    await untilStep(third, 2)
    await third.evaluate(() => window.tab.report('third', 3))
    expect(record.steps('third')).toEqual(steps(3))
    expect(await third.evaluate(() => window.tab.desired.filter(([, step]) => step !== undefined))).toEqual([
      [2, 1],
      [3, 2],
    ])
    expect(record.connects).toBe(2)
  })

  test('loses nothing, and takes nothing back, while leaders come and go under a stream from all sides', async () => {
    const [first, ...others] = await openTabs(5)
    const [second, third, fourth, fifth] = others
    if (second === undefined || third === undefined || fourth === undefined || fifth === undefined)
      throw new Error('No tabs')
    const last = 200
    const reporting = [fourth, fifth].map((page, index) =>
      page.evaluate(([name, count]) => window.tab.report(name, count), [`tab${index}`, last] as const),
    )
    let step = 0
    let streaming = true
    const stream = (async () => {
      while (streaming) {
        await desire({ step: ++step })
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })()
    const until = (count: number): Promise<unknown> =>
      fourth.waitForFunction((wanted) => window.tab.reported >= wanted, count)
    await until(20)
    await first.close()
    await until(70)
    await crash(second)
    await until(120)
    await third.evaluate(() => document.dispatchEvent(new Event('freeze')))
    await Promise.all(reporting)
    streaming = false
    await stream
    for (const index of reporting.keys()) {
      const seen = record.steps(`tab${index}`)
      expect([...new Set(seen)]).toEqual(steps(last))
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      // A report whose answer went with the leader is sent once more: one for each that went.
      expect(seen.length).toBeLessThanOrEqual(last + 3)
    }
    for (const page of [fourth, fifth]) {
      await untilStep(page, step)
      const versions = await page.evaluate(() => window.tab.desired.map(([version]) => version))
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
      expect(await page.evaluate(() => window.tab.twin.reported)).toEqual(record.reported())
    }
    expect(record.connects).toBe(4)
    expect(record.mostConnections).toBe(1)
  })

  test('lets the leader into the back/forward cache, and takes it in again as a follower', async () => {
    const [leader, heir] = await openTabs(2)
    if (heir === undefined) throw new Error('No tab')
    await leader.evaluate(() => {
      window.survived = true
    })
    await leader.goto(`${on.site.url}away`)
    await untilRole(heir, 'leader')
    await untilReady(heir)
    await desire({ step: 1 })
    await desire({ step: 2 })
    await untilStep(heir, 2)
    // A page from the cache fires no load event.
    await leader.goBack({ waitUntil: 'commit' })
    await untilStep(leader, 2)
    expect(await leader.evaluate(() => window.survived)).toBe(true)
    expect(await leader.evaluate(() => window.tab.roles)).toEqual(['joining', 'leader', 'joining', 'follower'])
    expect(await leader.evaluate(() => window.tab.desired)).toEqual([
      [1, undefined],
      [3, 2],
    ])
    await leader.evaluate(() => window.tab.report('back', 2))
    expect(record.steps('back')).toEqual(steps(2))
  })

  test('lets a follower into the back/forward cache, and has it in step when it is shown again', async () => {
    const [, follower] = await openTabs(2)
    if (follower === undefined) throw new Error('No tab')
    await follower.evaluate(() => {
      window.survived = true
    })
    await follower.goto(`${on.site.url}away`)
    await desire({ step: 1 })
    await follower.goBack({ waitUntil: 'commit' })
    await untilStep(follower, 1)
    expect(await follower.evaluate(() => window.survived)).toBe(true)
    expect(record.connects).toBe(1)
  })

  test('tells a follower that the leader does not answer, and that it does again', async () => {
    const [leader] = await openTabs(1)
    const follower = await openTab({ wakeTimeoutInMs: 300 })
    await untilReady(follower)
    const hung = leader.evaluate(() => {
      const end = Date.now() + 3000
      while (Date.now() < end);
    })
    await follower.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await follower.waitForFunction(() => {
      const { status } = window.tab.twin
      return status.type === 'waiting' && status.error.code === 'ERR_TIMEOUT'
    })
    await hung
    await follower.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await untilReady(follower)
    expect(record.connects).toBe(1)
  })
})

function steps(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
