import { randomUUID } from 'node:crypto'
import { expect, type Page, test as base } from '@playwright/test'
import { type Hub, startHub } from 'hubtwin-emulator'
import { previewSite } from '../browser/serve-site.ts'
import { startTokenService, type TokenService } from './token-service.ts'

/** A device that only one test knows. */
export interface Device {
  readonly deviceId: string
  /** Without TLS, as the page may connect to this machine. */
  readonly connectionString: string
}

/** What a page did that no page should do. */
export interface Complaints {
  /** What the console said in anger, what was thrown, and what the Content-Security-Policy refused. */
  readonly texts: readonly string[]
  /** What a test brings about on purpose. */
  expect(pattern: RegExp): void
  /** Beside the pages' own server and the hub, somebody at this address may be asked. */
  allow(url: string): void
}

interface Worlds {
  readonly hub: Hub
  /** The address of the built pages. */
  readonly site: string
  /** In a process of its own. It also serves the pages, and pages of `site` may ask it. */
  readonly service: TokenService
}

interface World {
  readonly device: Device
  readonly complaints: Complaints
}

/** Where the pages look for the hub of `npm run emulator`. */
const LOCAL_PORT = 10480

/** One hub and one server of the pages a worker; a device and a browser's context a test, and no complaint in the end. */
export const test = base.extend<World, Worlds>({
  hub: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs: nothing
    async ({}, use) => {
      const hub = await startHub()
      await use(hub)
      await hub.close()
    },
    { scope: 'worker' },
  ],
  // The hub of this worker is what the browser finds where that of `npm run emulator` would be: at its port there may be another.
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
      const site = await previewSite(process.env['HUBTWIN_E2E_SITE'] ?? '', hub.plainPort)
      await use(site.url)
      await site.close()
    },
    { scope: 'worker' },
  ],
  service: [
    async ({ hub, site }, use) => {
      const service = await startTokenService(hub, process.env['HUBTWIN_E2E_SITE'] ?? '', new URL(site).origin)
      await use(service)
      await service.close()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => use(site),
  device: async ({ hub }, use) => {
    const deviceId = `page-${randomUUID().slice(0, 8)}`
    await hub.createDevice(deviceId)
    await use({ deviceId, connectionString: hub.connectionStrings.device(deviceId, { plain: true }) })
  },
  complaints: [
    async ({ context, baseURL, hub }, use) => {
      const texts: string[] = []
      const expected: RegExp[] = []
      const requests: string[] = []
      const hosts = new Set([new URL(String(baseURL)).host, `localhost:${LOCAL_PORT}`])
      for (const port of [hub.plainPort, hub.securePort]) hosts.add(`localhost:${port}`)
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') texts.push(message.text())
      })
      context.on('weberror', (error) => texts.push(error.error().message))
      context.on('request', (request) => requests.push(request.url()))
      context.on('page', (page) => page.on('websocket', (socket) => requests.push(socket.url())))
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          console.error(`policy: ${violatedDirective} refused ${blockedURI}`)
        })
      })
      await use({
        texts,
        expect: (pattern) => void expected.push(pattern),
        allow: (url) => void hosts.add(new URL(url).host),
      })
      expect(texts.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([])
      const elsewhere = requests.filter((url) => !hosts.has(new URL(url).host))
      expect(elsewhere, 'requests to others').toEqual([])
    },
    { auto: true },
  ],
})

export { expect, type Page }
