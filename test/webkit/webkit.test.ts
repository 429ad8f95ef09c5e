import { rm } from 'node:fs/promises'
import { type Hub, startHub } from 'hubtwin-emulator'
import { By, type WebDriver, type WebElement } from 'selenium-webdriver'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ServedPage, servePage } from '../pages/support/serve-page.ts'
import { buildSite, type ServedSite, serveSite } from '../pages/support/site.ts'
import type { Order, Verdict } from '../contract/play.ts'
import { contractOf } from '../contract/suite/contract.ts'
import { testCapabilities } from '../contract/test-capabilities.ts'
import { WAYS } from '../contract/ways.ts'
import { webkitObstacle } from '../../tools/browsers.ts'
import { startWebKit, type WebKit } from './webkit.ts'

// WebKitGTK is the closest browser to Safari that runs on Linux.

const obstacle = webkitObstacle()
const SOON = { timeout: 15_000 }

describe.skipIf(obstacle !== undefined)('WebKitGTK', () => {
  let webkit: WebKit
  let driver: WebDriver

  beforeAll(async () => {
    webkit = await startWebKit()
    driver = webkit.driver
  })
  afterAll(() => webkit?.close())

  describe('page', () => {
    let page: ServedPage
    beforeAll(async () => {
      page = await servePage(new URL('./contract-page.ts', import.meta.url), { connectTo: 'http: ws: wss:' })
      await driver.get(page.url)
    })
    afterAll(() => page?.close())

    async function playThere(order: Omit<Order, 'controlUrl'>): Promise<Verdict> {
      const verdict = await driver.executeAsyncScript<Verdict>(
        'const done = arguments[1]; play(arguments[0]).then(done)',
        { ...order, controlUrl: inject('controlUrl') },
      )
      if (verdict.failure !== undefined) throw new Error(verdict.failure)
      return verdict
    }

    testCapabilities('WebKitGTK, page', async () => {
      const { capabilities } = await playThere({ scheme: 'ws', opener: 'openLightTwin' })
      if (capabilities === undefined) throw new Error('The probe found nothing')
      return capabilities
    })
    describe.each(WAYS)('%s, %s()', (scheme, opener) => {
      for (const { title } of contractOf(opener))
        test(title, () => playThere({ scheme, opener, title }).then(() => undefined))
    })
  })

  describe('runs the simulator:', () => {
    let hub: Hub
    let site: ServedSite
    let folder: string
    beforeAll(async () => {
      hub = await startHub()
      folder = await buildSite()
      site = await serveSite(folder)
    })
    afterAll(async () => {
      await site?.close()
      await rm(folder, { recursive: true, force: true })
      await hub?.close()
    })

    const find = (css: string): Promise<WebElement> => driver.findElement(By.css(css))
    const textOf = async (css: string): Promise<string> => (await find(css)).getText()

    test('connects, shows and applies desired, and forgets the key at a reload', async () => {
      const connectionString = hub.connectionStrings.device('device1', { plain: true })
      const key = /SharedAccessKey=([^;]+)/.exec(connectionString)?.[1] ?? ''
      await hub.updateTwin('device1', { properties: { desired: { climate: { target: 23 } } } })
      await driver.get(site.url)
      await (await find('#connection-string')).sendKeys(connectionString)
      await (await find('#string-form [type=submit]')).click()
      await expect.poll(() => textOf('#state-text'), SOON).toBe('ready')
      await expect.poll(() => textOf('#desired-tree'), SOON).toContain('23')
      await (await find('#apply')).click()
      await expect
        .poll(() => hub.twin('device1')['properties'], SOON)
        .toMatchObject({ reported: { climate: { target: { value: 23 } } } })
      await expect.poll(() => textOf('#versions'), SOON).toBe('v2/v2')

      hub.faults.inject({ fault: 'kick' })
      await hub.updateTwin('device1', { properties: { desired: { climate: { target: 24 } } } })
      await expect.poll(() => textOf('#desired-tree'), SOON).toContain('24')

      await driver.navigate().refresh()
      await expect.poll(async () => (await find('#connect-local')).isDisplayed(), SOON).toBe(true)
      const kept = await driver.executeScript<string>(
        'return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.documentElement.outerHTML])',
      )
      expect(kept.includes(key)).toBe(false)
      expect(await (await find('#connection-string')).getAttribute('value')).toBe('')
    })
  })
})
