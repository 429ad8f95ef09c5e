import { setTimeout as delay } from 'node:timers/promises'
import { startHub } from 'hubtwin-emulator'
import { expect, onTestFinished, test } from 'vitest'
import { executablePath } from '../page.ts'
import { openTab } from './hidden-tab.ts'
import { servePage } from '../serve-page.ts'

const HIDDEN_IN_MS = 70_000
const CHANGES = 14

test.skipIf(executablePath === undefined)(
  'openTwin() keeps a tab that is hidden for 70 s in step, on one connection, and is back at once when it is shown',
  { timeout: HIDDEN_IN_MS + 60_000 },
  async () => {
    const hub = await startHub()
    onTestFinished(() => hub.close())
    const site = await servePage(new URL('./kiosk.ts', import.meta.url))
    onTestFinished(() => site.close())
    const tab = await openTab(executablePath ?? '', site.url)
    onTestFinished(() => tab.close())

    await expect.poll(() => tab.evaluate('typeof kiosk'), { timeout: 10_000 }).toBe('object')
    const text = JSON.stringify(hub.connectionStrings.device('device1', { plain: true }))
    await tab.evaluate(`(async () => {
      kiosk.open(${text}, {})
      globalThis.ticks = 0
      globalThis.versions = []
      await kiosk.twin.ready()
      kiosk.twin.onDesired(({ version }) => {
        versions.push(version)
        void kiosk.twin.report({ version })
      })
      setInterval(() => ticks++, 100)
    })()`)
    const [before] = hub.connections()

    await tab.hide()
    for (let change = 1; change <= CHANGES; change++) {
      await hub.updateTwin('device1', { properties: { desired: { change } } })
      await expect
        .poll(() => hub.twin('device1')['properties'], { timeout: 10_000 })
        .toMatchObject({ reported: { version: change + 1 } })
      await delay(HIDDEN_IN_MS / CHANGES)
    }
    // Were the timers those of a page that is looked at, this would prove nothing.
    expect(await tab.evaluate('document.visibilityState')).toBe('hidden')
    expect(await tab.evaluate<number>('ticks')).toBeLessThan(HIDDEN_IN_MS / 1000)
    expect(await tab.evaluate('versions')).toEqual(Array.from({ length: CHANGES + 1 }, (_, index) => index + 1))
    expect(hub.connections()).toEqual([before])

    // Lost while nobody looks: the wait for the next try is as slow as all timers here, until the tab is shown.
    hub.faults.drop({ deviceId: 'device1' })
    await hub.updateTwin('device1', { properties: { desired: { change: 'last' } } })
    await tab.show()
    await expect.poll(() => tab.evaluate(`kiosk.twin.desired.change`), { timeout: 10_000 }).toBe('last')
  },
)
