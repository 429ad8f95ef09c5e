import type { Locator, Page } from '@playwright/test'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import { expect, test as base } from './world.ts'

/** The kiosk's page, by roles and names. */
export interface KioskPage {
  readonly message: Locator
  readonly opening: Locator
  readonly age: Locator
  /** The dot in the corner. A click opens the dialog. */
  readonly mark: Locator
  readonly dialog: Locator
  /** The state of the connection, in the dialog. */
  readonly state: Locator
  open(): Promise<void>
  /** Enters a code in the open dialog, and submits it. */
  enroll(code: string): Promise<void>
  isReady(): Promise<void>
}

export function kioskPage(page: Page): KioskPage {
  const dialog = page.getByRole('dialog')
  const mark = page.locator('#mark')
  return {
    message: page.getByRole('heading', { level: 1 }),
    opening: page.locator('#opening'),
    age: page.locator('#age'),
    mark,
    dialog,
    state: page.locator('#state'),
    open: async () => void (await page.goto('/kiosk')),
    async enroll(code) {
      // An enrolled kiosk shows its facts first.
      const again = dialog.getByRole('button', { name: 'Enroll again' })
      if (await again.isVisible()) await again.click()
      await dialog.getByRole('textbox').fill(code)
      await dialog.getByRole('button', { name: 'Enroll', exact: true }).click()
    },
    isReady: () => expect(mark).toHaveAttribute('data-state', 'ready'),
  }
}

/** The twin of the device at the hub. */
export interface KioskTwin {
  /** Patches desired. @returns the new version */
  desire(desired: JsonObject): Promise<number>
  /** Each report about the settings, in order. */
  readonly answers: readonly KioskAnswer[]
  /** The number of connections so far. */
  readonly connects: number
  stop(): void
}

export interface KioskAnswer {
  readonly version: number
  readonly refused: readonly string[]
}

export function watchTwin(hub: Hub, deviceId: string): KioskTwin {
  const answers: KioskAnswer[] = []
  let connects = 0
  const stop = hub.events.listen((event) => {
    if (!('deviceId' in event) || event.deviceId !== deviceId) return
    if (event.type === 'connected') connects++
    if (event.type !== 'twin-changed' || event.by !== 'device') return
    const { kiosk } = event.change['reported'] as { readonly kiosk?: KioskAnswer }
    if (kiosk !== undefined) answers.push(kiosk)
  })
  return {
    async desire(desired) {
      const twin = await hub.updateTwin(deviceId, { properties: { desired } })
      return (twin['properties'] as { desired: { $version: number } }).desired.$version
    },
    answers,
    get connects() {
      return connects
    },
    stop,
  }
}

interface World {
  readonly twin: KioskTwin
  /** The kiosk in an enrolled browser, connected, after its first report. */
  readonly kiosk: KioskPage
}

export const test = base.extend<World>({
  // The token service also serves the pages.
  baseURL: async ({ service }, use) => use(service.url),
  twin: async ({ hub, device }, use) => {
    const twin = watchTwin(hub, device.deviceId)
    await use(twin)
    twin.stop()
  },
  kiosk: async ({ page, service, device, twin }, use) => {
    const kiosk = kioskPage(page)
    await kiosk.open()
    await kiosk.enroll(await service.makeCode(device.deviceId))
    await kiosk.isReady()
    await expect.poll(() => twin.answers).toEqual([{ version: 1, refused: [] }])
    await use(kiosk)
  },
})

export { expect, type Page }
