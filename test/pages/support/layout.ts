import { expect, type Page } from '@playwright/test'

/** Fails if the page scrolls sideways. */
export async function expectNoSideScroll(page: Page, when = ''): Promise<void> {
  const overhang = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await expect.poll(overhang, `${page.url()} ${when}`.trim()).toBeLessThanOrEqual(0)
}
