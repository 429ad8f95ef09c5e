import { onTestFinished } from 'vitest'
import type { AccessToken } from '../../../core/src/credentials/credentials.ts'
import { createSharedTwin, type SharedTwin } from '../../../core/src/tabs/create-shared-twin.ts'
import type { Channel, NoTabs } from '../../../core/src/tabs/tabs.ts'
import { checkOptions, type TwinOptions } from '../../../core/src/twin/options.ts'
import { createFakeClock, type FakeClock, settle } from '../fake-clock.ts'
import { createFakeBrowser, type FakeBrowser, type FakeTab } from './fake-tabs.ts'
import { createScriptedHub, type ScriptedHub } from '../scripted-hub.ts'

export interface OpenTab {
  readonly twin: SharedTwin
  readonly tab: FakeTab
  /** The page emits a wake or sleep event. */
  emit(event: 'wake' | 'sleep'): void
  /** The twin listens to the events of the page. */
  readonly isListening: boolean
}

export interface Origin {
  readonly browser: FakeBrowser
  readonly hub: ScriptedHub
  readonly clock: FakeClock
  /** Opens a tab with the twin in it. */
  open(options?: TwinOptions, token?: () => Promise<AccessToken>): Promise<OpenTab>
  /** The reported payloads of all connections, in order. */
  payloads(): string[]
}

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

/** Tabs of one origin between a scripted hub and a fake clock. */
export function createOrigin(missing?: NoTabs): Origin {
  const [browser, hub, clock] = [createFakeBrowser(), createScriptedHub(), createFakeClock()]
  return {
    browser,
    hub,
    clock,
    async open(options = {}, token) {
      const tab = browser.newTab()
      let emit: ((event: 'wake' | 'sleep') => void) | undefined
      const checked = checkOptions(
        {
          ...options,
          wakeSource(listener) {
            emit = listener
            return () => {
              emit = undefined
            }
          },
        },
        IDENTITY,
      )
      const credentials = {
        identity: IDENTITY,
        token: token ?? (() => Promise.resolve({ password: 'a token', expiresAt: clock.now() + 3_600_000 })),
      }
      const twin = createSharedTwin(credentials, checked, hub.openWire, clock, missing ?? tab)
      onTestFinished(() => twin.close())
      await settle()
      return {
        twin,
        tab,
        emit: (event) => emit?.(event),
        get isListening() {
          return emit !== undefined
        },
      }
    },
    payloads: () =>
      hub.wires.flatMap(({ sent }) =>
        sent.filter(({ topic }) => topic.includes('/PATCH/')).map(({ payload }) => payload),
      ),
  }
}

interface Rows {
  1: readonly [OpenTab]
  2: readonly [OpenTab, OpenTab]
  3: readonly [OpenTab, OpenTab, OpenTab]
}

/** Tabs in sync with a hub. The first tab leads. */
export async function openTabs<Count extends keyof Rows>(
  count: Count,
  document: { desired?: object; reported?: object } = {},
  options: TwinOptions = {},
): Promise<Origin & { readonly tabs: Rows[Count] }> {
  const origin = createOrigin()
  const tabs = [await origin.open(options)]
  origin.hub.wire.sync(document)
  while (tabs.length < count) tabs.push(await origin.open(options))
  await settle()
  return { ...origin, tabs: tabs as unknown as Rows[Count] }
}

/** The topic of a desired patch, up to its version. */
export const DESIRED = '$iothub/twin/PATCH/properties/desired/?$version='

/** Another script on the channel of the tabs. */
export function stranger(browser: FakeBrowser): Channel {
  return browser.newTab().openChannel('hubtwin/contoso.azure-devices.net/device1/2', () => {})
}
