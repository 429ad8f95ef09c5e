import { test as base } from './world.ts'
import { type ServedPage, servePage } from './serve-page.ts'

/** An empty page with one script, under a strict policy: the library without any of the demo around it. */
export const scriptPage = (script: URL): ReturnType<typeof base.extend<object, { readonly scriptSite: ServedPage }>> =>
  base.extend<object, { readonly scriptSite: ServedPage }>({
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
  })
