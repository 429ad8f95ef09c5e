import { type ServedPage, servePage } from './serve-page.ts'
import { test as base } from './world.ts'

interface ScriptWorld {
  readonly scriptSite: ServedPage
}

/** An empty page with one script, under a strict policy: the library without any of the demo around it. */
export const scriptPage = (script: URL): ReturnType<typeof base.extend<{ readonly icon: void }, ScriptWorld>> =>
  base.extend<{ readonly icon: void }, ScriptWorld>({
    scriptSite: [
      // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures this one needs
      async ({}, use) => {
        const site = await servePage(script)
        await use(site)
        await site.close()
      },
      { scope: 'worker' },
    ],
    baseURL: async ({ scriptSite }, use) => use(scriptSite.url),
    // Firefox asks for an icon by itself, and the policy refuses it.
    icon: [
      async ({ complaints }, use) => {
        complaints.expect(/favicon\.ico/)
        await use()
      },
      { auto: true },
    ],
  })
