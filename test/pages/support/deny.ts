import type { Page } from '@playwright/test'

/**
 * Makes storage properties throw a SecurityError when read, as a browser does in a sandboxed
 * frame.
 */
export async function denyBrowserStores(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const deny = (): never => {
      throw new DOMException('The test denies it', 'SecurityError')
    }
    for (const name of ['localStorage', 'sessionStorage', 'caches', 'indexedDB', 'BroadcastChannel']) {
      Object.defineProperty(window, name, { get: deny })
    }
    for (const name of ['locks', 'serviceWorker', 'wakeLock']) Object.defineProperty(navigator, name, { get: deny })
  })
}
