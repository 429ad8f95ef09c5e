import type { Page } from '@playwright/test'
import { recordHub } from '../support/hub-record.ts'
import { expect, test } from '../support/simulator-page.ts'

// slow/hidden.spec.ts tests a hidden page, without Playwright's focus emulation.

declare const window: { isSame?: boolean }

async function leave(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.isSame = true
  })
  await page.goto('/fleet')
}

/** @returns whether the page comes from the cache, not from a new load */
async function comeBack(page: Page): Promise<boolean> {
  // A page from the cache fires no load event, so Playwright's `goBack` would wait in vain in
  // Firefox.
  await page.evaluate(() => setTimeout(() => history.back(), 0))
  await expect(page).toHaveTitle(/^(?!Fleet)/)
  return page.evaluate(() => window.isSame === true)
}

// Firefox caches no page that has a socket or a lock.
test('the simulator syncs after the back/forward cache, on a single connection', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const record = recordHub(hub, device.deviceId)
  await simulator.connectPassively(device)
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
