import type { Locator, Page } from '@playwright/test'
import { openTwin, type Twin } from 'hubtwin'
import { type Hub, startHub } from 'hubtwin-emulator'
import { token } from '../../support/sas-token.ts'
import { test as base } from './world.ts'

export const PHONE = { width: 390, height: 844 }

/** A hub for a single test, because its page lists every device, and that page. */
export interface HubPage {
  readonly hub: Hub
  /** Opens the hub's page. @param path such as `#/devices/device1` */
  open(path?: string): Promise<void>
  /** Connects a real device and waits until it is ready. */
  connect(deviceId?: string): Promise<Twin>
  /** Adds a configuration with the REST API. */
  putConfiguration(id: string, body: object): Promise<Response>
  /** Replaces the hub with a new hub at the same ports. */
  restart(): Promise<void>
  /** The row of a device in the table. */
  row(deviceId: string): Locator
  /** A property in the tree of a section. */
  leaf(section: 'desired' | 'reported' | 'tags', path: string): Locator
  /** Replaces the text of the patch editor. */
  write(text: string): Promise<void>
}

export const test = base.extend<{ readonly hubPage: HubPage }>({
  hubPage: async ({ page, complaints }, use) => {
    let hub = await startHub({ devices: ['kiosk-1', 'kiosk-2', 'kiosk-10'] })
    const twins: Twin[] = []
    complaints.allow(hub.endpoints.http)
    await page.setViewportSize({ width: 1440, height: 900 })
    await use({
      get hub() {
        return hub
      },
      async open(path = '') {
        await page.goto(`${hub.endpoints.http}/${path}`)
        await page.locator('[data-state=live]').waitFor()
      },
      async connect(deviceId = 'device1') {
        const twin = openTwin(hub.connectionStrings.device(deviceId, { plain: true }))
        twins.push(twin)
        await twin.ready()
        return twin
      },
      putConfiguration: (id, body) => {
        const key = /SharedAccessKey=([^;]*)/.exec(hub.connectionStrings.service())?.[1] ?? ''
        return fetch(`${hub.endpoints.http}/configurations/${id}?api-version=2021-04-12`, {
          method: 'PUT',
          headers: {
            'content-type': 'application/json',
            authorization: token('localhost', key, { policyName: 'iothubowner' }),
          },
          body: JSON.stringify(body),
        })
      },
      async restart() {
        const { securePort, plainPort, mqttPort } = hub
        await hub.close()
        hub = await startHub({ securePort, plainPort, mqttPort })
      },
      row: (deviceId) => rowIn(page, deviceId),
      leaf: (section, path) => page.locator(`[data-section=${section}] [data-path="${path}"] .value`),
      write: (text) => page.getByRole('textbox', { name: 'Patch of the desired properties' }).fill(text),
    })
    await page.close()
    for (const twin of twins) await twin.close()
    await hub.close()
  },
})

export function rowIn(page: Page, deviceId: string): Locator {
  return page.locator('.devices tbody tr', { has: page.getByRole('link', { name: deviceId, exact: true }) })
}

export { expect } from './world.ts'
