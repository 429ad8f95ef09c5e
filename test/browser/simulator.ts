import type { JsonObject } from 'hubtwin'
import { type Hub, startHub } from 'hubtwin-emulator'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { isReady } from './look.ts'
import { executablePath, openSite, type Site, visit, type Visit } from './page.ts'

/** What a test of the simulator has: the built page, a hub of its own, and what people do with both. */
export interface Simulator {
  readonly site: Site
  readonly hub: Hub
  /** Of device1. */
  readonly connectionString: string
  open(size?: { width: number; height: number }, path?: string): Promise<Visit>
  connect(size?: { width: number; height: number }): Promise<Visit>
  connectIn(page: Page): Promise<void>
  setDesired(desired: JsonObject): Promise<void>
  reportedAtHub(): Record<string, unknown>
}

const wide = { width: 1280, height: 800 }

/** Tests of the simulator in a real Chromium; the page is built once for all of them, the hub is new for each. */
export function describeSimulator(title: string, define: (simulator: Simulator) => void): void {
  describe.skipIf(executablePath === undefined)(
    `${title}${executablePath === undefined ? ' (skipped: no Chromium here)' : ''}`,
    () => {
      let site: Site
      let hub: Hub
      let visits: Visit[] = []

      beforeAll(async () => {
        site = await openSite()
      })
      afterAll(() => site?.close())
      beforeEach(async () => {
        hub = await startHub({ securePort: 0, plainPort: 0 })
        visits = []
      })
      afterEach(async () => {
        for (const { page } of visits) await page.context().close()
        await hub.close()
      })

      const simulator: Simulator = {
        get site() {
          return site
        },
        get hub() {
          return hub
        },
        get connectionString() {
          return hub.connectionStrings.device('device1', { plain: true })
        },
        async open(size = wide, path = '') {
          const made = await visit(site, size, path)
          visits.push(made)
          return made
        },
        async connect(size) {
          const made = await simulator.open(size)
          await simulator.connectIn(made.page)
          return made
        },
        async connectIn(page) {
          await page.getByRole('textbox', { name: 'Connection string' }).fill(simulator.connectionString)
          await page.getByRole('button', { name: 'Connect', exact: true }).click()
          await isReady(page)
        },
        async setDesired(desired) {
          await hub.updateTwin('device1', { properties: { desired } })
        },
        reportedAtHub() {
          const { properties } = hub.twin('device1') as unknown as {
            properties: { reported: Record<string, unknown> }
          }
          const { $metadata, $version, ...reported } = properties.reported
          return reported
        },
      }
      define(simulator)
    },
  )
}
