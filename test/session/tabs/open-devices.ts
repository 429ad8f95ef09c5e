import { onTestFinished } from 'vitest'
import type { AccessToken } from '../../../core/src/credentials/credentials.ts'
import type { Feature, FeatureHost } from '../../../core/src/device/feature.ts'
import type { FeatureMessage } from '../../../core/src/session/features.ts'
import { messages, type Messages } from '../../../core/src/messages/index.ts'
import { methods, type Methods } from '../../../core/src/methods/index.ts'
import { telemetry, type Telemetry } from '../../../core/src/telemetry/index.ts'
import { createSharedDevice, type SharedDeviceBase } from '../../../core/src/shared-device/create-shared-device.ts'
import type { NoTabs, Tabs } from '../../../core/src/tabs/tabs.ts'
import { checkOptions, type TwinOptions } from '../../../core/src/twin/options.ts'
import { createFakeClock, type FakeClock, settle } from '../fake-clock.ts'
import { createScriptedHub, type ScriptedHub } from '../scripted-hub.ts'
import { createFakeBrowser, type FakeBrowser, type FakeTab } from './fake-tabs.ts'

/** A feature that records what it gets, and gives its host to the test. */
export interface Probe {
  readonly host: FeatureHost
  readonly received: readonly FeatureMessage[]
  readonly connections: readonly string[]
}

function probe(): Feature<Probe> {
  const [received, connections]: [FeatureMessage[], string[]] = [[], []]
  return {
    attach: (host) => ({
      api: { host, received, connections },
      handleMessage: (message) => void received.push(message),
      handleConnection: ({ type }) => void connections.push(type),
      wants: () => false,
    }),
  }
}

export type TestDevice = SharedDeviceBase & {
  readonly probe: Probe
  readonly telemetry: Telemetry
  readonly methods: Methods
  readonly messages: Messages
}

export interface DeviceTab {
  readonly device: TestDevice
  readonly tab: FakeTab
  /** The page emits a wake or sleep event. */
  emit(event: 'wake' | 'sleep'): void
}

export interface DeviceOrigin {
  readonly browser: FakeBrowser
  readonly hub: ScriptedHub
  readonly clock: FakeClock
  readonly tabs: readonly DeviceTab[]
  open(options?: TwinOptions, token?: () => Promise<AccessToken>): Promise<DeviceTab>
  /** The tab with this number. */
  at(index: number): DeviceTab
}

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

/** Tabs of one origin that share a device, in sync with a scripted hub. The first tab leads. */
export async function openDevices(count: number, given?: NoTabs | Tabs): Promise<DeviceOrigin> {
  const [browser, hub, clock] = [createFakeBrowser(), createScriptedHub(), createFakeClock()]
  const tabs: DeviceTab[] = []
  const origin: DeviceOrigin = {
    ...{ browser, hub, clock, tabs },
    async open(options = {}, token) {
      const tab = browser.newTab()
      let emit: ((event: 'wake' | 'sleep') => void) | undefined
      const wakeSource = (listener: (event: 'wake' | 'sleep') => void): (() => void) => {
        emit = listener
        return () => {}
      }
      const credentials = {
        identity: IDENTITY,
        token: token ?? (() => Promise.resolve({ password: 'a token', expiresAt: clock.now() + 3_600_000 })),
      }
      const use = { telemetry: telemetry(), methods: methods(), messages: messages(), probe: probe() }
      const checked = checkOptions({ ...options, wakeSource }, IDENTITY)
      const opened: unknown = createSharedDevice(credentials, checked, use, hub.openWire, clock, given ?? tab)
      const device = opened as TestDevice
      onTestFinished(() => device.close({ timeoutInMs: 0 }))
      await settle()
      const row = { device, tab, emit: (event: 'wake' | 'sleep'): void => emit?.(event) }
      tabs.push(row)
      return row
    },
    at(index) {
      const found = tabs[index]
      if (found === undefined) throw new Error(`There is no tab ${index}`)
      return found
    },
  }
  await origin.open()
  hub.wire.sync({})
  await settle()
  while (tabs.length < count) await origin.open()
  await settle()
  return origin
}

/** The next leader gets its connection. */
export async function syncNext({ hub }: DeviceOrigin): Promise<void> {
  await settle()
  hub.wire.sync({})
  await settle()
}
