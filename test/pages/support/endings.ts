import type { Page } from '@playwright/test'
import type { TabPage } from './tab-page.ts'

declare const window: { tab: TabPage }

/** Ways to end a leader tab. */
export const endings: Readonly<Record<string, (page: Page, elsewhere: string) => Promise<unknown>>> = {
  'closes its twin': (page) => page.evaluate(() => window.tab.twin.close()),
  'is closed': (page) => page.close(),
  'goes to another page': (page, elsewhere) => page.goto(elsewhere),
  reloads: (page) => page.reload(),
  crashes: crash,
  // Headless Chromium freezes no page, so the test sends the event.
  freezes: (page) => page.evaluate(() => document.dispatchEvent(new Event('freeze'))),
}

/** Crashes the page's process. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  const devTools = await page.context().newCDPSession(page)
  devTools.send('Page.crash').catch(() => {})
  await crashed
}
