import type { Credentials } from '../credentials/credentials.ts'
import type { Clock } from '../session/clock.ts'
import type { OpenWire } from '../session/wire.ts'
import { createFacade, type Facade, openFacade, updateFacade } from './facade.ts'
import { createHubLink } from './hub-link.ts'
import type { CheckedOptions } from './options.ts'
import type { Twin } from './twin.ts'
import type { TwinUpdate } from './twin-update.ts'

/** Joins the hub's side and the app's side of a twin in a single page or process. */
export function createTwin(credentials: Credentials, options: CheckedOptions, openWire: OpenWire, clock: Clock): Twin {
  const document = (): Facade['followed']['document'] => facade.followed.document
  const link = createHubLink({ credentials, options, openWire, clock, onUpdate, document })
  const facade = createFacade({ settings: options, link, clock })
  const offWake = options.wakeSource?.((event) => link[event]())

  function onUpdate(update: TwinUpdate): void {
    if (update.type === 'status' && update.status.type === 'closed') offWake?.()
    updateFacade(facade, update)
  }

  openFacade(facade, link.start)
  return Object.freeze(facade.twin)
}
