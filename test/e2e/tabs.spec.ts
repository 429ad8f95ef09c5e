import type { BrowserContext, Page } from '@playwright/test'
import { crash } from '../browser/tabs/endings.ts'
import { type HubRecord, recordHub } from '../browser/tabs/hub-record.ts'
import { type SimulatorPage, simulatorPage } from './simulator-page.ts'
import { type Device, expect, test as base } from './world.ts'

/** How a tab that leads may go, and why a browser can't have it go so. */
const endings: Readonly<
  Record<string, { end(page: Page): Promise<unknown>; without?: Readonly<Record<string, string>> }>
> = {
  'is closed': { end: (page) => page.close() },
  'goes to another page': { end: (page) => page.goto('/fleet') },
  crashes: { end: crash, without: { firefox: 'Firefox has no command that crashes a page' } },
  'is told to freeze': {
    // Headless Chromium freezes no page, so the event comes from here.
    end: (page) => page.evaluate(() => document.dispatchEvent(new Event('freeze'))),
    without: { firefox: 'Firefox freezes no page: it has no such event' },
  },
}

const test = base.extend<{ record: HubRecord }>({
  record: async ({ hub, device }, use) => {
    const record = recordHub(hub, device.deviceId)
    await use(record)
    record.stop()
  },
})

/** The first leads. */
async function openTabs(
  context: BrowserContext,
  { connectionString }: Device,
  count: number,
): Promise<readonly [SimulatorPage, ...SimulatorPage[]]> {
  const open = async (role: string): Promise<SimulatorPage> => {
    const tab = simulatorPage(await context.newPage())
    await tab.connect(connectionString)
    await expect(tab.role).toHaveText(role)
    await tab.isReady()
    return tab
  }
  const first = await open('tab leads')
  return [first, ...(await Promise.all(Array.from({ length: count - 1 }, () => open('tab follows'))))]
}

for (const count of [2, 5]) {
  test(`${count} tabs of a device have one connection, show the same, and report once each`, async ({
    context,
    device,
    hub,
    record,
  }) => {
    const tabs = await openTabs(context, device, count)
    for (let step = 1; step <= 5; step++) {
      await hub.updateTwin(device.deviceId, { properties: { desired: { step } } })
    }
    await Promise.all(
      tabs.map(async (tab, index) => {
        for (const step of [1, 2, 3]) await tab.report(`tab${index}.step`, String(step))
      }),
    )
    const { properties } = hub.twin(device.deviceId) as { properties: Record<string, { $version: number }> }
    for (const tab of tabs) {
      await expect(tab.desired.getByRole('list')).toContainText('step5')
      for (const index of tabs.keys()) await expect(tab.reported.getByRole('list')).toContainText(`tab${index}.step3`)
      await expect(tab.versions).toHaveText(`v6/v${properties['reported']?.$version}`)
    }
    for (const index of tabs.keys()) expect(record.steps(`tab${index}`)).toEqual([1, 2, 3])
    expect(record.connects).toBe(1)
  })
}

for (const [how, { end, without }] of Object.entries(endings)) {
  test(`another tab takes over when the one that leads ${how}, and nothing is lost or doubled`, async ({
    browserName,
    context,
    device,
    hub,
    record,
    complaints,
  }) => {
    const obstacle = without?.[browserName]
    test.skip(obstacle !== undefined, obstacle)
    complaints.expect(/crash/i)
    const desire = (step: number): Promise<unknown> =>
      hub.updateTwin(device.deviceId, { properties: { desired: { step } } })
    const [leader, ...followers] = await openTabs(context, device, 3)
    const third = followers.at(-1) as SimulatorPage
    await third.report('third.step', '1')
    await desire(1)
    await Promise.all([end(leader.page), desire(2), third.report('third.step', '2')])
    const roles = async (): Promise<string[]> =>
      (await Promise.all(followers.map(({ role }) => role.innerText()))).sort()
    await expect.poll(roles).toEqual(['tab follows', 'tab leads'])
    await desire(3)
    await third.report('third.step', '3')
    for (const tab of followers) {
      await tab.isReady()
      await expect(tab.desired.getByRole('list')).toContainText('step3')
      await expect(tab.reported.getByRole('list')).toContainText('third.step3')
    }
    // A report whose answer went with the leader is sent once more.
    const steps = record.steps('third')
    expect([...new Set(steps)]).toEqual([1, 2, 3])
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(steps.length).toBeLessThanOrEqual(4)
    expect(record.connects).toBe(2)
    expect(record.mostConnections).toBe(1)
  })
}
