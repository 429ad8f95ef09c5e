import { expect, type Page } from '@playwright/test'
import { axeFindings } from './axe.ts'

/**
 * The layout shift that a page may have while it loads; 0.1 counts as good (web.dev: Cumulative
 * Layout Shift). A busy machine paints states in between that an idle machine skips.
 */
export const MAX_SHIFT = 0.05

/** A phone, a tablet, a laptop, and a large screen. */
export const SIZES = [
  { width: 320, height: 568 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
  { width: 2560, height: 1440 },
] as const

/** Fails if the page scrolls sideways. */
export async function expectNoSideScroll(page: Page, when = ''): Promise<void> {
  const overhang = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await expect.poll(overhang, `${page.url()} ${when}`.trim()).toBeLessThanOrEqual(0)
}

/** Axe finds nothing, light and dark. The dark scheme differs only in its colors. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined
    expect(await axeFindings(page, rules), `${state}, ${colorScheme}`).toEqual([])
  }
}

/** Runs in the page, before its scripts. */
export function recordShifts(): void {
  const page = window as unknown as { shift: number }
  page.shift = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
      if (!entry.hadRecentInput) page.shift += entry.value
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

/** The sum of layout shifts since the page loaded (Layout Instability API). */
export function shiftOf(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { shift: number }).shift)
}
