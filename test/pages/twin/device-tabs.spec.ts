import type { Page } from '@playwright/test'
import type { Hub } from 'hubtwin-emulator'
import type { DeviceTabPage } from '../support/device-tab-page.ts'
import { crash } from '../support/endings.ts'
import { type HubRecord, recordHub } from '../support/hub-record.ts'
import { scriptPage } from '../support/script-page.ts'
import { expect } from '../support/world.ts'

declare const window: { tab: DeviceTabPage }

const test = scriptPage(new URL('../support/device-tab-page.ts', import.meta.url)).extend<{
  readonly record: HubRecord
  /** Opens a tab, and waits until it has the role and is ready. */
  readonly openTab: (role: 'leader' | 'follower') => Promise<Page>
  /** The bodies and message IDs of the telemetry at the hub, in order. */
  readonly stored: readonly string[]
  /** The PUBACKs of messages at the hub. */
  readonly completed: readonly string[]
}>({
  record: async ({ hub, device }, use) => {
    const record = recordHub(hub, device.deviceId)
    await use(record)
    record.stop()
  },
  openTab: async ({ context, device, transport }, use) => {
    await use(async (role) => {
      const page = await context.newPage()
      await page.goto('/')
      const opened = [device.connectionString, transport] as const
      await page.evaluate((given) => window.tab.open(...given), opened)
      await untilReady(page, role)
      return page
    })
  },
  stored: async ({ hub, device }, use) => {
    const stored: string[] = []
    const stop = hub.events.listen((event) => {
      if (event.type !== 'telemetry' || event.deviceId !== device.deviceId) return
      stored.push(`${Buffer.from(event.body).toString()} ${JSON.stringify(event.systemProperties['message-id'])}`)
    })
    await use(stored)
    stop()
  },
  completed: async ({ hub, device }, use) => {
    const completed: string[] = []
    const stop = hub.events.listen((event) => {
      const isCompleted = event.type === 'cloud-message' && event.state === 'completed'
      if (isCompleted && event.deviceId === device.deviceId) completed.push(event.messageId)
    })
    await use(completed)
    stop()
  },
})

const untilReady = (page: Page, role: string): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => window.tab.device.role.type === wanted && window.tab.device.status.type === 'ready',
    role,
  )

const ask = (hub: Hub, deviceId: string): Promise<unknown> =>
  hub.invokeMethod(deviceId, { methodName: 'name', connectTimeoutInSeconds: 10 }).then(({ payload }) => payload)

for (const count of [2, 5]) {
  test(
    `openSharedDevice() sends the telemetry of ${count} tabs, and handles calls and messages in one of them`,
    count === 2 ? { tag: '@firefox' } : {},
    async ({ openTab, hub, device, record, stored, completed }) => {
      const pages = [await openTab('leader')]
      while (pages.length < count) pages.push(await openTab('follower'))
      await Promise.all(pages.map((page, index) => page.evaluate((name) => window.tab.send(name, 20), `tab${index}`)))
      for (const index of pages.keys()) {
        expect(stored.filter((each) => each.includes(`tab${index}-`))).toEqual(
          Array.from({ length: 20 }, (_, n) => `${n + 1} "tab${index}-${n + 1}"`),
        )
      }
      const followers = pages.slice(1)
      await Promise.all(followers.map((page, index) => page.evaluate((name) => window.tab.answer(name), `f${index}`)))
      expect(await ask(hub, device.deviceId)).toMatch(/^f\d$/)
      await pages[0]?.evaluate(() => window.tab.answer('leader'))
      expect(await ask(hub, device.deviceId)).toBe('leader')
      await Promise.all(followers.map((page) => page.evaluate(() => window.tab.listen(true))))
      for (const messageId of ['m1', 'm2', 'm3'])
        await hub.sendToDevice(device.deviceId, { body: messageId, messageId })
      await expect.poll(() => completed).toEqual(['m1', 'm2', 'm3'])
      const received = await Promise.all(followers.map((page) => page.evaluate(() => window.tab.received)))
      expect(received.flat().sort()).toEqual(['m1', 'm2', 'm3'])
      expect(record.connects).toBe(1)
    },
  )
}

test('openSharedDevice() keeps telemetry, calls, and messages when the leader crashes', async ({
  openTab,
  hub,
  device,
  stored,
  completed,
  complaints,
}) => {
  complaints.expect(/crash/i)
  const [leader, successor] = [await openTab('leader'), await openTab('follower')]
  await successor.evaluate(() => window.tab.answer('successor'))
  await successor.evaluate(() => window.tab.listen(true))
  hub.faults.set({ fault: 'lose', operation: 'puback', device: device.deviceId })
  const sent = successor.evaluate(() => window.tab.send('kept', 3))
  await expect.poll(() => stored.length).toBe(3)
  hub.faults.clear()
  await crash(leader)
  await sent
  await untilReady(successor, 'leader')
  const copies = ['1 "kept-1"', '2 "kept-2"', '3 "kept-3"']
  expect(stored).toEqual([...copies, ...copies])
  expect(await ask(hub, device.deviceId)).toBe('successor')
  await hub.sendToDevice(device.deviceId, { body: 'm1', messageId: 'm1' })
  await expect.poll(() => completed).toEqual(['m1'])
})

test('openSharedDevice() gives a message to another tab when its tab crashes before PUBACK', async ({
  openTab,
  hub,
  device,
  completed,
  complaints,
}) => {
  complaints.expect(/crash/i)
  await openTab('leader')
  const [first, second] = [await openTab('follower'), await openTab('follower')]
  await first.evaluate(() => window.tab.listen(false))
  await hub.sendToDevice(device.deviceId, { body: 'm1', messageId: 'm1' })
  await first.waitForFunction(() => window.tab.received.length === 1)
  await second.evaluate(() => window.tab.listen(true))
  expect(completed).toEqual([])
  await crash(first)
  await expect.poll(() => completed).toEqual(['m1'])
  expect(await second.evaluate(() => window.tab.received)).toEqual(['m1!'])
})
