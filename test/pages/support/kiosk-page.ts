import type { Locator, Page } from '@playwright/test'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import { expect, test as base } from './world.ts'

/** The kiosk's page, as a person finds it. */
export interface KioskPage {
  readonly message: Locator
  readonly opening: Locator
  readonly age: Locator
  /** The dot in the corner; pressed, it opens the dialog. */
  readonly mark: Locator
  readonly dialog: Locator
  /** Where the dialog says how the connection is, also while it is closed. */
  readonly state: Locator
  open(): Promise<void>
  /** Writes a code into the dialog, which is open, and sends it. */
  enrol(code: string): Promise<void>
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
    async enrol(code) {
      await dialog.getByRole('textbox').fill(code)
      await dialog.getByRole('button', { name: 'Enrol' }).click()
    },
    isReady: () => expect(mark).toHaveAttribute('data-state', 'ready'),
  }
}

/** The device at the hub: what the back end wants of it, and what it says. */
export interface KioskTwin {
  /** Patches desired. @returns its version */
  desire(desired: JsonObject): Promise<number>
  /** What the device has reported of its settings, each time, in order. */
  readonly answers: readonly KioskAnswer[]
  /** How often it has connected. */
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
  /** In a browser that is enrolled for the device, connected, and has said so. */
  readonly kiosk: KioskPage
}

export const test = base.extend<World>({
  // The pages and the tokens come from one origin.
  baseURL: async ({ service }, use) => use(service.url),
  twin: async ({ hub, device }, use) => {
    const twin = watchTwin(hub, device.deviceId)
    await use(twin)
    twin.stop()
  },
  kiosk: async ({ page, service, device, twin }, use) => {
    const kiosk = kioskPage(page)
    await kiosk.open()
    await kiosk.enrol(await service.makeCode(device.deviceId))
    await kiosk.isReady()
    await expect.poll(() => twin.answers).toEqual([{ version: 1, refused: [] }])
    await use(kiosk)
  },
})

export { expect, type Page }
