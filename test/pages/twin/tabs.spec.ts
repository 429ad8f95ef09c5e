import type { Page } from '@playwright/test'
import type { TwinOptions } from 'hubtwin'
import { crash, endings } from '../support/endings.ts'
import { type HubRecord, recordHub } from '../support/hub-record.ts'
import { scriptPage } from '../support/script-page.ts'
import type { TabPage } from '../support/tab-page.ts'
import { expect } from '../support/world.ts'

declare const window: { tab: TabPage; survived?: boolean }

type OpenTab = (role: 'leader' | 'follower', options?: TwinOptions) => Promise<Page>

const test = scriptPage(new URL('../support/tab-page.ts', import.meta.url)).extend<{
  readonly record: HubRecord
  /** Opens a tab, and waits until it has the role and is ready. */
  readonly openTab: OpenTab
}>({
  record: async ({ hub, device }, use) => {
    const record = recordHub(hub, device.deviceId)
    await use(record)
    record.stop()
  },
  openTab: async ({ context, device, transport }, use) => {
    await use(async (role, options = {}) => {
      const page = await context.newPage()
      await page.goto('/')
      const opened = [device.connectionString, options, transport] as const
      await page.evaluate((given) => window.tab.open(...given), opened)
      await untilRole(page, role)
      await untilReady(page)
      return page
    })
  },
})

const untilRole = (page: Page, role: string): Promise<unknown> =>
  page.waitForFunction((wanted) => window.tab.twin.role.type === wanted, role)
const untilReady = (page: Page): Promise<unknown> => page.waitForFunction(() => window.tab.twin.status.type === 'ready')
const untilStep = (page: Page, step: number): Promise<unknown> =>
  page.waitForFunction((wanted) => window.tab.twin.desired['step'] === wanted, step)
const stepsTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

for (const count of [2, 5]) {
  test(
    `openSharedTwin() shares one connection, one state and ordered reports between ${count} tabs`,
    count === 2 ? { tag: '@firefox' } : {},
    async ({ openTab, device, record }) => {
      const pages = [await openTab('leader')]
      while (pages.length < count) pages.push(await openTab('follower'))
      for (let step = 1; step <= 20; step++) await device.desire({ step })
      await Promise.all(pages.map((page, index) => page.evaluate((name) => window.tab.report(name, 20), `tab${index}`)))
      for (const page of pages) {
        await untilStep(page, 20)
        expect(await page.evaluate(() => window.tab.desired.slice(-20).map(([version]) => version))).toEqual(
          stepsTo(20).map((step) => step + 1),
        )
      }
      const known = await Promise.all(
        pages.map((page) => page.evaluate(() => [window.tab.twin.reported, window.tab.twin.versions])),
      )
      for (const each of known) expect(each).toEqual(known[0])
      for (const index of pages.keys()) expect(record.steps(`tab${index}`)).toEqual(stepsTo(20))
      expect(record.connects).toBe(1)
    },
  )
}

/** The endings that Firefox does not support, with the reason. */
const NOT_IN_FIREFOX: Readonly<Record<string, string>> = {
  crashes: 'Firefox has no command that crashes a page',
  freezes: 'Firefox has no freeze event',
}

for (const [how, end] of Object.entries(endings)) {
  test(
    `openSharedTwin() lets another tab take over when the leader ${how}`,
    how in NOT_IN_FIREFOX ? {} : { tag: '@firefox' },
    async ({ openTab, device, record, baseURL, complaints }) => {
      complaints.expect(/crash/i)
      const leader = await openTab('leader')
      const successor = await openTab('follower')
      const third = await openTab('follower')
      await device.desire({ step: 1 })
      await untilStep(third, 1)
      await end(leader, `${baseURL}away`)
      await untilRole(successor, 'leader')
      await untilReady(successor)
      await device.desire({ step: 2 })
      await untilStep(third, 2)
      await third.evaluate(() => window.tab.report('third', 3))
      expect(record.steps('third')).toEqual(stepsTo(3))
      expect(await third.evaluate(() => window.tab.desired.filter(([, step]) => step !== undefined))).toEqual([
        [2, 1],
        [3, 2],
      ])
      expect(record.connects).toBe(2)
    },
  )
}

test('openSharedTwin() loses no change and reverts none while leaders come and go under load', async ({
  openTab,
  device,
  record,
  complaints,
}) => {
  complaints.expect(/crash/i)
  const [first, second, third] = [await openTab('leader'), await openTab('follower'), await openTab('follower')]
  const reporters = [await openTab('follower'), await openTab('follower')]
  const last = 200
  const reporting = reporters.map((page, index) =>
    page.evaluate(([name, count]) => window.tab.report(name, count), [`tab${index}`, last] as const),
  )
  let step = 0
  let isStreaming = true
  const stream = (async () => {
    while (isStreaming) {
      await device.desire({ step: ++step })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  const untilReported = (count: number): Promise<unknown> | undefined =>
    reporters[0]?.waitForFunction((wanted) => window.tab.reported >= wanted, count)
  await untilReported(20)
  await first.close()
  await untilReported(70)
  await crash(second)
  await untilReported(120)
  await third.evaluate(() => document.dispatchEvent(new Event('freeze')))
  await Promise.all(reporting)
  isStreaming = false
  await stream
  for (const index of reporting.keys()) {
    const seen = record.steps(`tab${index}`)
    expect([...new Set(seen)]).toEqual(stepsTo(last))
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    // A report whose answer is lost with its leader is sent again: at most one per lost leader.
    expect(seen.length).toBeLessThanOrEqual(last + 3)
  }
  for (const page of reporters) {
    await untilStep(page, step)
    const versions = await page.evaluate(() => window.tab.desired.map(([version]) => version))
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(await page.evaluate(() => window.tab.twin.reported)).toEqual(device.reported())
  }
  expect(record.connects).toBe(4)
  expect(record.mostConnections).toBe(1)
})

test('openSharedTwin() lets the leader enter the back/forward cache and returns it as a follower', async ({
  openTab,
  device,
  record,
}) => {
  const [leader, successor] = [await openTab('leader'), await openTab('follower')]
  await leader.evaluate(() => {
    window.survived = true
  })
  await leader.goto('/away')
  await untilRole(successor, 'leader')
  await untilReady(successor)
  await device.desire({ step: 1 })
  await device.desire({ step: 2 })
  await untilStep(successor, 2)
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
  expect(record.steps('back')).toEqual(stepsTo(2))
})

test('openSharedTwin() lets a follower enter the back/forward cache and brings it up to date afterwards', async ({
  openTab,
  device,
  record,
}) => {
  await openTab('leader')
  const follower = await openTab('follower')
  await follower.evaluate(() => {
    window.survived = true
  })
  await follower.goto('/away')
  await device.desire({ step: 1 })
  await follower.goBack({ waitUntil: 'commit' })
  await untilStep(follower, 1)
  expect(await follower.evaluate(() => window.survived)).toBe(true)
  expect(record.connects).toBe(1)
})

test('openSharedTwin() reports to a follower when the leader stops answering and when it answers again', async ({
  openTab,
  record,
}) => {
  const leader = await openTab('leader')
  const follower = await openTab('follower', { wakeTimeoutInMs: 300 })
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
