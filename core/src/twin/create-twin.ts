import type { Credentials } from '../credentials/credentials.ts'
import type { Clock } from '../session/clock.ts'
import type { OpenWire } from '../session/wire.ts'
import { createFacade, type Facade, openFacade, updateFacade } from './facade.ts'
import { readDocument } from './followed-twin.ts'
import { createHubLink } from './hub-link.ts'
import type { CheckedOptions } from './options.ts'
import type { Twin } from './twin.ts'

/** Joins the hub's side and the app's side of a twin in a single page or process. */
export function createTwin(credentials: Credentials, options: CheckedOptions, openWire: OpenWire, clock: Clock): Twin {
  const link = createHubLink({
    ...{ credentials, options, openWire, clock },
    onUpdate: (update) => updateFacade(facade, update),
    document: () => readDocument(facade.followed),
  })
  const facade: Facade = createFacade({ settings: options, link, clock })
  openFacade(facade, link.start, (event) => link[event]())
  return Object.freeze(facade.twin)
}
