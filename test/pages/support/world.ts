import { expect, test as base } from '@playwright/test'
import { type Hub, startHub } from 'hubtwin-emulator'
import { type Complaints, recordComplaints } from './complaints.ts'
import { createDevice, type Device } from './device.ts'
import { type ServedPage, servePage } from './serve-page.ts'
import { serveSite } from './site.ts'
import { startTokenService, type TokenService } from './token-service.ts'

interface WorkerWorld {
  readonly hub: Hub
  /** The URL of the built pages; ends with a slash. */
  readonly site: string
  /** A separate process. It also serves the pages, and accepts requests from pages of `site`. */
  readonly service: TokenService
  /** Serves an empty page with a script, a TypeScript file, until the worker ends. */
  readonly serveScript: (script: URL) => Promise<ServedPage>
}

export interface TransportOption {
  /** The transport of a script page. The demo pages have their own. */
  readonly transport: 'light' | 'mqtt.js'
}

interface World extends TransportOption {
  readonly device: Device
  readonly complaints: Complaints
}

/** The port at which the pages expect the local hub. */
const LOCAL_PORT = 10480

/** The pages of this run, as `build-site.ts` built them. */
export const siteFolder = (): string => process.env['HUBTWIN_PAGES_SITE'] ?? ''

/**
 * All fixtures of a worker are here: for a test with other fixtures of a worker, Playwright starts
 * a new worker and a new browser.
 *
 * Each worker has a hub, a server for the pages, and at most one token service. Each test has a
 * device and a browser context. A test fails on any complaint that it does not expect.
 */
export const test = base.extend<World, WorkerWorld>({
  hub: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const hub = await startHub()
      await use(hub)
      await hub.close()
    },
    { scope: 'worker' },
  ],
  // Maps the local hub's port to the worker's hub, since another program may use that port.
  launchOptions: [
    async ({ launchOptions, browserName, hub }, use) => {
      const { args = [], firefoxUserPrefs } = launchOptions
      const rule = `--host-resolver-rules=MAP localhost:${LOCAL_PORT} 127.0.0.1:${hub.plainPort}`
      const ports = { 'network.socket.forcePort': `${LOCAL_PORT}=${hub.plainPort}` }
      await use(
        browserName === 'firefox'
          ? { ...launchOptions, firefoxUserPrefs: { ...firefoxUserPrefs, ...ports } }
          : { ...launchOptions, args: [...args, rule] },
      )
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ hub }, use) => {
      const site = await serveSite(siteFolder(), hub.plainPort)
      await use(site.url)
      await site.close()
    },
    { scope: 'worker' },
  ],
  service: [
    async ({ hub, site }, use) => {
      const service = await startTokenService(hub, siteFolder(), new URL(site).origin)
      await use(service)
      await service.close()
    },
    { scope: 'worker' },
  ],
  serveScript: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const sites = new Map<string, Promise<ServedPage>>()
      await use((script) => {
        const site = sites.get(script.href) ?? servePage(script)
        sites.set(script.href, site)
        return site
      })
      for (const site of sites.values()) await (await site).close()
    },
    { scope: 'worker' },
  ],
  transport: ['light', { option: true }],
  baseURL: async ({ site }, use) => use(site),
  device: async ({ hub }, use) => use(await createDevice(hub)),
  complaints: [
    async ({ context, baseURL, hub }, use) => {
      const ports = [LOCAL_PORT, hub.plainPort, hub.securePort]
      const hosts = [new URL(String(baseURL)).host, ...ports.map((port) => `localhost:${port}`)]
      const complaints = await recordComplaints(context, hosts)
      await use(complaints)
      complaints.check()
    },
    { auto: true },
  ],
})

export { expect }
