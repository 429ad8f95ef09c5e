import { type ServedPage, servePage } from './serve-page.ts'
import { test as base } from './world.ts'

interface ScriptWorld {
  readonly scriptSite: ServedPage
}

/**
 * An empty page with a script under a strict Content-Security-Policy: the library without a demo.
 */
export const scriptPage = (script: URL): ReturnType<typeof base.extend<{ readonly icon: void }, ScriptWorld>> =>
  base.extend<{ readonly icon: void }, ScriptWorld>({
    scriptSite: [
      // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
      async ({}, use) => {
        const site = await servePage(script)
        await use(site)
        await site.close()
      },
      { scope: 'worker' },
    ],
    baseURL: async ({ scriptSite }, use) => use(scriptSite.url),
    // Firefox requests an icon, and the policy blocks the request.
    icon: [
      async ({ complaints }, use) => {
        complaints.expect(/favicon\.ico/)
        await use()
      },
      { auto: true },
    ],
  })
