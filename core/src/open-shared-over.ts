import { readArguments } from './arguments.ts'
import type { Credentials } from './credentials/credentials.ts'
import { findTabs } from './runtime/page-tabs.ts'
import { systemClock } from './session/clock.ts'
import type { OpenWire } from './session/wire.ts'
import { createSharedTwin, type SharedTwin } from './tabs/create-shared-twin.ts'
import type { TwinOptions } from './twin/options.ts'

/** `openSharedTwin` over a transport of its entry's choice. */
export function openSharedTwinOver(
  openWire: OpenWire,
  credentials: Credentials | string,
  options: TwinOptions,
): SharedTwin {
  const checked = readArguments(credentials, options)
  return createSharedTwin(checked.credentials, checked.options, openWire, systemClock, findTabs())
}
