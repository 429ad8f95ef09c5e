import type { Locator, Page } from 'playwright'
import { expect } from 'vitest'

/** The page may be slow on a loaded machine; nothing here takes seconds. */
export const soon = { timeout: 10_000 }

export function isReady(page: Page): Promise<void> {
  return page.locator('#state[data-state=ready]').waitFor()
}

export function line(page: Page, section: 'desired' | 'reported', path: string): Locator {
  return page.locator(`#${section}-tree [data-path="${path}"]`)
}

/** Waits until the element says it; the parts of a row stand side by side with nothing between. */
export async function seen(element: Locator, text: string): Promise<void> {
  const says = () => element.evaluate((each) => each.textContent?.trim() ?? '')
  if (text === '') await expect.poll(says, soon).toBe('')
  else await expect.poll(says, soon).toContain(text)
}

/** Runs in the page. */
export function isInView(element: Element): boolean {
  const { bottom } = element.getBoundingClientRect()
  return bottom <= (element.closest('.wire-scroll')?.getBoundingClientRect().bottom ?? 0) + 1
}

export async function isNoWiderThanScreen(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
}

export function keyOf(text: string): string {
  return /SharedAccessKey=([^;]+)/.exec(text)?.[1] ?? ''
}
