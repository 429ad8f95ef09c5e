import type { TwinOptions } from 'hubtwin'
import { openSharedTwin as openLightTwin } from 'hubtwin/light/shared-twin'
import { openSharedTwin as openMqttTwin, type SharedTwin } from 'hubtwin/shared-twin'

const openers = { light: openLightTwin, 'mqtt.js': openMqttTwin }

export type TransportName = keyof typeof openers

/** A tab with a shared twin and its records. The test calls it through `window.tab`. */
export interface TabPage {
  /** @param transport @default light */
  open(connectionString: string, options: TwinOptions, transport?: TransportName): void
  readonly twin: SharedTwin
  readonly roles: readonly string[]
  /** The desired versions in the order of arrival, each with its `step`. */
  readonly desired: readonly (readonly [version: number, step: unknown])[]
  /** Reports `{ [name]: { step } }` for each step from 1 to `last`, one after the other. */
  report(name: string, last: number): Promise<void>
  /** The number of reports that the hub has accepted. */
  readonly reported: number
}

const roles: string[] = []
const desired: [number, unknown][] = []
let twin: SharedTwin | undefined
let reported = 0

const page: TabPage = {
  open(connectionString, options, transport = 'light') {
    twin = openers[transport](connectionString, options)
    twin.onRole(({ type }) => roles.push(type))
    twin.onDesired(({ version, value }) => desired.push([version, value['step']]))
  },
  get twin() {
    if (twin === undefined) throw new Error('Not open')
    return twin
  },
  roles,
  desired,
  async report(name, last) {
    for (let step = 1; step <= last; step++) {
      await page.twin.report({ [name]: { step } })
      reported++
    }
  },
  get reported() {
    return reported
  },
}
Object.assign(window, { tab: page })
