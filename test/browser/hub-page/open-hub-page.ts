import { openTwin, type Twin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { launchBrowser, visit, type Visit } from '../page.ts'

export type Hub = Awaited<ReturnType<typeof startHub>>

export const wide = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }

export interface Stage {
  readonly hub: Hub
  readonly browser: Browser
  /** Opens the hub's page. @param path what follows the address of the hub, `#/devices/device1` for one */
  open(path?: string, size?: typeof wide): Promise<Visit>
  /** A real device that is connected and synced. */
  connect(deviceId?: string): Promise<Twin>
  /** Another hub takes the place of this one, at the same ports. */
  restart(): Promise<void>
}

/** A hub, its page and its devices for each test, in one browser. */
export function stage(): Stage {
  let browser: Browser
  let hub: Hub
  let visits: Visit[]
  let twins: Twin[]

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    hub = await startHub({ devices: ['kiosk-1', 'kiosk-2', 'kiosk-10'] })
    visits = []
    twins = []
  })
  afterEach(async () => {
    for (const { page } of visits) await page.context().close()
    for (const twin of twins) await twin.close()
    await hub.close()
  })

  return {
    get hub() {
      return hub
    },
    get browser() {
      return browser
    },
    async open(path = '', size = wide) {
      const opened = await visit({ url: `${hub.endpoints.http}/${path}`, browser }, size)
      visits.push(opened)
      await opened.page.locator('[data-state=live]').waitFor()
      return opened
    },
    async connect(deviceId = 'device1') {
      const twin = openTwin(hub.connectionStrings.device(deviceId, { plain: true }))
      twins.push(twin)
      await twin.ready()
      return twin
    },
    async restart() {
      const { securePort, plainPort, mqttPort } = hub
      await hub.close()
      hub = await startHub({ securePort, plainPort, mqttPort })
    },
  }
}

/** The row of a device in the table. */
export function row(page: Page, deviceId: string): Locator {
  return page.locator('.devices tbody tr', { has: page.getByRole('link', { name: deviceId, exact: true }) })
}

/** A property in the tree of a section. */
export function leaf(page: Page, section: 'desired' | 'reported' | 'tags', path: string): Locator {
  return page.locator(`[data-section=${section}] [data-path="${path}"] .value`)
}

/** Replaces what is in the editor of desired properties, as a person would. */
export async function write(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Patch of the desired properties' })
  await field.fill(text)
}
