import { type Hub, startHub } from 'hubtwin-emulator'
import type { Browser, BrowserContext } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { launchBrowser } from './page.ts'
import { type ServedPage, servePage } from './serve-page.ts'

/** What a test of a page of its own has. */
export interface PageStage {
  readonly hub: Hub
  readonly site: ServedPage
  /** New for each test. */
  readonly context: BrowserContext
}

/** A hub, a page that has one script, and a Chromium with its back/forward cache, for all tests of a file. */
export function pageStage(script: URL): PageStage {
  let hub: Hub
  let site: ServedPage
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    hub = await startHub()
    site = await servePage(script)
    // Playwright turns the cache off, and people have it.
    browser = await launchBrowser([], ['--disable-back-forward-cache'])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await hub?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    context.setDefaultTimeout(20_000)
  })
  afterEach(() => context.close())

  return {
    get hub() {
      return hub
    },
    get site() {
      return site
    },
    get context() {
      return context
    },
  }
}
