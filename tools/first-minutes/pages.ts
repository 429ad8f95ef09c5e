import { type Browser, chromium } from 'playwright'
import { findBrowser } from '../browsers.ts'

const PATHS = ['/', '/demo/', '/demo/fleet', '/demo/kiosk'] as const
const DEADLINE_IN_MS = 30_000

export interface OpenedPages {
  /** Whether the simulator runs in a browser. */
  readonly hasBrowser: boolean
  close(): Promise<void>
}

/**
 * Opens each page in Chromium, and connects `device1` in the simulator. Without Chromium, it
 * requests each page, and says so.
 *
 * @param url of the local hub
 */
export async function openPages(url: string): Promise<OpenedPages> {
  for (const path of PATHS) {
    const { status } = await fetch(url + path, { signal: AbortSignal.timeout(DEADLINE_IN_MS) })
    if (status !== 200) throw new Error(`${path} answered ${status}`)
  }
  const executablePath = findBrowser('chromium')
  if (executablePath === undefined) {
    console.log('          (no Chromium here, so no page runs, and nothing is rolled out)')
    return { hasBrowser: false, close: () => Promise.resolve() }
  }
  const browser = await chromium.launch({ executablePath })
  try {
    await openInBrowser(browser, url)
  } catch (error) {
    await browser.close()
    throw error
  }
  return { hasBrowser: true, close: () => browser.close() }
}

async function openInBrowser(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage()
  page.setDefaultTimeout(DEADLINE_IN_MS)
  await page.goto(url)
  await page.locator('[data-state=live]').waitFor()
  await page.getByRole('link', { name: 'Fleet' }).click()
  await page.getByRole('button', { name: 'Start fleet' }).first().waitFor()
  await page.getByRole('link', { name: 'Kiosk', exact: true }).click()
  await page.getByText('This server has no token service').waitFor()
  await page.getByRole('link', { name: 'Device', exact: true }).click()
  await page.getByRole('button', { name: 'Connect device1' }).click()
  await page.locator('#state[data-state=ready]').waitFor()
}
