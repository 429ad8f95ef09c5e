import { test as base } from './world.ts'

/**
 * An empty page with a script under a strict Content-Security-Policy: the library without a demo.
 */
export const scriptPage = (script: URL): ReturnType<typeof base.extend<{ readonly icon: void }>> =>
  base.extend<{ readonly icon: void }>({
    baseURL: async ({ serveScript }, use) => use((await serveScript(script)).url),
    // Firefox requests an icon, and the policy blocks the request.
    icon: [
      async ({ complaints }, use) => {
        complaints.expect(/favicon\.ico/)
        await use()
      },
      { auto: true },
    ],
  })
