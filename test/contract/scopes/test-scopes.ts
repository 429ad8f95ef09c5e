import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import type { Order, Verdict } from '../play.ts'
import { contractOf } from '../suite/contract.ts'
import { testCapabilities } from '../test-capabilities.ts'
import { WAYS } from '../ways.ts'
import type { Scope, ScopePage } from './page.ts'
import { type ServedScopes, serveScopes } from './serve.ts'

const PLACES: readonly { readonly place: string; readonly scope: Scope }[] = [
  { place: 'shared worker', scope: 'shared worker' },
  { place: 'service worker', scope: 'service worker' },
  { place: 'page from a file', scope: 'page' },
]

/**
 * Runs the contract in the places of a browser that vitest does not reach: a shared worker, a
 * service worker, and a page with a file: URL.
 *
 * @param name the browser's name in docs/runtimes.json
 */
export function testScopes(name: string, launch: () => Promise<Browser>): void {
  let served: ServedScopes
  let browser: Browser
  beforeAll(async () => {
    served = await serveScopes()
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  describe.each(PLACES)('$place', ({ place, scope }) => {
    let page: Page
    beforeAll(async () => {
      page = await browser.newPage({ ignoreHTTPSErrors: true })
      await page.goto(place === 'page from a file' ? served.fileUrl : served.url)
    })
    afterAll(() => page?.close())

    const playThere = async (order: Omit<Order, 'controlUrl'>): Promise<Verdict> => {
      const verdict = await page.evaluate(([where, what]) => (globalThis as unknown as ScopePage).playIn(where, what), [
        scope,
        { ...order, controlUrl: inject('controlUrl') },
      ] as const)
      if (verdict.failure !== undefined) throw new Error(verdict.failure)
      return verdict
    }

    testCapabilities(`${name}, ${place}`, async () => {
      const { capabilities } = await playThere({ scheme: 'ws', opener: 'openLightTwin' })
      if (capabilities === undefined) throw new Error('The probe found nothing')
      return capabilities
    })
    describe.each(WAYS)('%s, %s()', (scheme, opener) => {
      for (const { title } of contractOf(opener))
        test(title, () => playThere({ scheme, opener, title }).then(() => undefined))
    })
  })
}
