import { readArguments } from './arguments.ts'
import type { Credentials } from './credentials/credentials.ts'
import { systemClock } from './session/clock.ts'
import type { OpenWire } from './session/wire.ts'
import { createTwin } from './twin/create-twin.ts'
import type { TwinOptions } from './twin/options.ts'
import type { Twin } from './twin/twin.ts'

/** `openTwin` over a transport of its entry's choice. */
export function openTwinOver(openWire: OpenWire, credentials: Credentials | string, options: TwinOptions): Twin {
  const checked = readArguments(credentials, options)
  return createTwin(checked.credentials, checked.options, openWire, systemClock)
}
