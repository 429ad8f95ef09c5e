import type { Credentials } from '../credentials/credentials.ts'
import type { Clock } from '../session/clock.ts'
import type { OpenWire } from '../session/wire.ts'
import { createFacade } from './facade.ts'
import { createHubLink } from './hub-link.ts'
import type { CheckedOptions } from './options.ts'
import type { Twin } from './twin.ts'
import type { TwinUpdate } from './twin-update.ts'

/** Joins the hub's side and the app's side of a twin in a single page or process. */
export function createTwin(credentials: Credentials, options: CheckedOptions, openWire: OpenWire, clock: Clock): Twin {
  const link = createHubLink({ credentials, options, openWire, clock, onUpdate, document: () => facade.document() })
  const facade = createFacade({ ...options, ...link, clock })
  const offWake = options.wakeSource?.((event) => link[event]())

  function onUpdate(update: TwinUpdate): void {
    if (update.type === 'status' && update.status.type === 'closed') offWake?.()
    facade.update(update)
  }

  facade.open(link.start)
  return facade.twin
}
