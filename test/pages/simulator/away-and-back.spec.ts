import type { Page } from '@playwright/test'
import { recordHub } from '../support/hub-record.ts'
import { expect, test } from '../support/simulator-page.ts'

// A page that is hidden for 70 s is in slow/hidden.spec.ts: it needs a browser without Playwright's focus emulation.

declare const window: { isSame?: boolean }

async function leave(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.isSame = true
  })
  await page.goto('/fleet')
}

/** @returns whether it is the page that was left, not a new load */
async function comeBack(page: Page): Promise<boolean> {
  // A page from the cache fires no load event, and in Firefox none that Playwright's `goBack` would hear.
  await page.evaluate(() => setTimeout(() => history.back(), 0))
  await expect(page).toHaveTitle(/^(?!A fleet)/)
  return page.evaluate(() => window.isSame === true)
}

// Firefox caches no page that has a socket or a lock when it is left.
test('the simulator comes out of the back/forward cache in step, on one connection', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const record = recordHub(hub, device.deviceId)
  await simulator.connectAs(device)
  await leave(page)
  await expect.poll(() => device.connections()).toEqual([])
  await device.desire({ whileAway: 'a change' })
  expect(await comeBack(page)).toBe(true)
  await expect(simulator.desired).toContainText('a change')
  await simulator.isReady()
  await simulator.report('back', 'again')
  expect(record.connects).toBe(2)
  expect(record.mostConnections).toBe(1)
  record.stop()
})

test(
  'the back button restores the device of the local hub, from the cache or by a new load',
  { tag: '@firefox' },
  async ({ page, hub, simulator }) => {
    await simulator.open()
    await simulator.press('Connect device1')
    await simulator.isReady()
    await leave(page)
    await hub.updateTwin('device1', { properties: { desired: { whileAway: 'a change' } } })
    await comeBack(page)
    await expect(simulator.desired).toContainText('a change')
    await simulator.isReady()
    expect(hub.connections().filter(({ deviceId }) => deviceId === 'device1')).toHaveLength(1)
  },
)
