import { setTimeout as delay } from 'node:timers/promises'
import { findBrowser } from '../../../tools/browsers.ts'
import { servePage } from '../support/serve-page.ts'
import { expect, test } from '../support/world.ts'
import { openTab } from './hidden-tab.ts'

const HIDDEN_IN_MS = 70_000
const CHANGES = 14

test('openTwin() keeps a tab that is hidden for 70 s in step on one connection, and reacts at once when it is shown', async ({
  hub,
  device,
}) => {
  test.setTimeout(HIDDEN_IN_MS + 60_000)
  const site = await servePage(new URL('../support/twin-page.ts', import.meta.url))
  const tab = await openTab(findBrowser('chromium') ?? '', site.url)
  try {
    await expect.poll(() => tab.evaluate('typeof twinPage')).toBe('object')
    await tab.evaluate(`(async () => {
      twinPage.open(${JSON.stringify(device.connectionString)}, {})
      globalThis.ticks = 0
      globalThis.versions = []
      await twinPage.twin.ready()
      twinPage.twin.onDesired(({ version }) => {
        versions.push(version)
        void twinPage.twin.report({ version })
      })
      setInterval(() => ticks++, 100)
    })()`)
    const before = device.connections()

    await tab.hide()
    for (let change = 1; change <= CHANGES; change++) {
      await device.desire({ change })
      await expect.poll(device.reported).toMatchObject({ version: change + 1 })
      await delay(HIDDEN_IN_MS / CHANGES)
    }
    // With the timers of a visible page, this test would prove nothing.
    expect(await tab.evaluate('document.visibilityState')).toBe('hidden')
    expect(await tab.evaluate<number>('ticks')).toBeLessThan(HIDDEN_IN_MS / 1000)
    expect(await tab.evaluate('versions')).toEqual(Array.from({ length: CHANGES + 1 }, (_, index) => index + 1))
    expect(device.connections()).toEqual(before)

    // While the tab is hidden, the wait for the next try is as slow as all its timers.
    hub.faults.inject({ fault: 'kick', device: device.deviceId })
    await device.desire({ change: 'last' })
    await tab.show()
    await expect.poll(() => tab.evaluate(`twinPage.twin.desired.change`)).toBe('last')
  } finally {
    await tab.close()
    await site.close()
  }
})
