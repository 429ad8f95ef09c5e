import { randomUUID } from 'node:crypto'
import { expect, type Page, test as base } from '@playwright/test'
import { type Hub, startHub } from 'hubtwin-emulator'
import { preview } from 'vite'
import { root } from './build-site.ts'

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
}

interface Worlds {
  readonly hub: Hub
  /** The address of the built pages. */
  readonly site: string
}

interface World {
  readonly device: Device
  readonly complaints: Complaints
}

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
  site: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const outDir = process.env['HUBTWIN_E2E_SITE'] ?? ''
      const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: 0 } })
      await use(server.resolvedUrls?.local[0] ?? '')
      await server.close()
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
    async ({ context }, use) => {
      const texts: string[] = []
      const expected: RegExp[] = []
      const requests: string[] = []
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') texts.push(message.text())
      })
      context.on('weberror', (error) => texts.push(error.error().message))
      context.on('request', (request) => requests.push(request.url()))
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          console.error(`policy: ${violatedDirective} refused ${blockedURI}`)
        })
      })
      await use({ texts, expect: (pattern) => void expected.push(pattern) })
      expect(texts.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([])
      const elsewhere = requests.filter((url) => !/^(https?:\/\/(localhost|127\.0\.0\.1)[:/]|data:|blob:)/.test(url))
      expect(elsewhere, 'requests to others').toEqual([])
    },
    { auto: true },
  ],
})

export { expect, type Page }
