import type { Page } from '@playwright/test'
import { recordHub } from '../browser/tabs/hub-record.ts'
import { simulatorPage } from './simulator-page.ts'
import { expect, test } from './world.ts'

// A page that is hidden for 70 s, with the timers of one, is in test/browser/life/hidden.test.ts: only Chromium can be
// driven without making every page believe that it is looked at.

declare const window: { isSame?: boolean }

async function leave(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.isSame = true
  })
  await page.goto('/fleet')
}

/** @returns whether it is the page that was left, and not one made anew */
async function comeBack(page: Page): Promise<boolean> {
  // A page from the cache fires no load event, and in Firefox none that Playwright's own going back would hear.
  await page.evaluate(() => setTimeout(() => history.back(), 0))
  await expect(page).toHaveTitle(/^(?!A fleet)/)
  return page.evaluate(() => window.isSame === true)
}

test('the simulator comes out of the back/forward cache in step, on one connection', async ({
  browserName,
  page,
  hub,
  device,
}) => {
  test.skip(browserName === 'firefox', 'Firefox puts no page away that has a socket or a lock when it is left')
  const record = recordHub(hub, device.deviceId)
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString)
  await simulator.isReady()
  await leave(page)
  await expect.poll(() => hub.connections().some(({ deviceId }) => deviceId === device.deviceId)).toBe(false)
  await hub.updateTwin(device.deviceId, { properties: { desired: { whileAway: 'a change' } } })
  expect(await comeBack(page)).toBe(true)
  await expect(simulator.desired).toContainText('a change')
  await simulator.isReady()
  await simulator.report('back', 'again')
  expect(record.connects).toBe(2)
  expect(record.mostConnections).toBe(1)
  record.stop()
})

test('the device of the hub on this machine is there again by the back button, kept by the browser or made anew', async ({
  page,
  hub,
}) => {
  const simulator = simulatorPage(page)
  await page.goto('/')
  await simulator.press('Connect device1')
  await simulator.isReady()
  await leave(page)
  await hub.updateTwin('device1', { properties: { desired: { whileAway: 'a change' } } })
  await comeBack(page)
  await expect(simulator.desired).toContainText('a change')
  await simulator.isReady()
  expect(hub.connections().filter(({ deviceId }) => deviceId === 'device1')).toHaveLength(1)
})
