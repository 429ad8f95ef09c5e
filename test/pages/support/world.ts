import { expect, test as base } from '@playwright/test'
import { type Hub, startHub } from 'hubtwin-emulator'
import { type Complaints, recordComplaints } from './complaints.ts'
import { createDevice, type Device } from './device.ts'
import { serveSite } from './site.ts'
import { startTokenService, type TokenService } from './token-service.ts'

interface WorkerWorld {
  readonly hub: Hub
  /** Address of the built pages; ends with a slash. */
  readonly site: string
  /** A process of its own. It also serves the pages, and accepts requests from pages of `site`. */
  readonly service: TokenService
}

export interface TransportOption {
  /** The transport of a page that is only a script. The pages of the demo choose their own. */
  readonly transport: 'light' | 'mqtt.js'
}

interface World extends TransportOption {
  readonly device: Device
  readonly complaints: Complaints
}

/** Where the pages look for the hub of `npm run emulator`. */
const LOCAL_PORT = 10480

/** The pages of this run, as `build-site.ts` built them. */
export const siteFolder = (): string => process.env['HUBTWIN_PAGES_SITE'] ?? ''

/**
 * One hub, one server of the pages and at most one token service for each worker; a device and a browser context for
 * each test. A test fails on every complaint that it does not expect.
 */
export const test = base.extend<World, WorkerWorld>({
  hub: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures this one needs
    async ({}, use) => {
      const hub = await startHub()
      await use(hub)
      await hub.close()
    },
    { scope: 'worker' },
  ],
  // The browser finds the worker's hub at the port of `npm run emulator`, where another program may listen.
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
