import type { Credentials } from '../credentials/credentials.ts'
import type { Clock } from '../session/clock.ts'
import type { OpenWire } from '../session/wire.ts'
import { createFacade } from './facade.ts'
import { createHubLink } from './hub-link.ts'
import type { TwinNews } from './news.ts'
import type { CheckedOptions } from './options.ts'
import type { Twin } from './twin.ts'

/** Joins what talks with the hub and what the app holds. */
export function createTwin(credentials: Credentials, options: CheckedOptions, openWire: OpenWire, clock: Clock): Twin {
  const link = createHubLink({ credentials, options, openWire, clock, onNews: receive })
  const facade = createFacade({ ...options, ...link, clock })
  const offWake = options.wakeSource?.((event) => link[event]())

  function receive(news: TwinNews): void {
    if (news.type === 'status' && news.status.type === 'closed') offWake?.()
    facade.receive(news)
  }

  facade.open(link.start)
  return facade.twin
}
