import { isDeepStrictEqual } from 'node:util'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import type { Play } from './play.ts'

interface Sections {
  readonly desired: JsonObject & { readonly $version: number }
  readonly reported: JsonObject & { readonly $version: number }
}

/** Reads the hub's twin through the back end. */
export function sectionsAt({ house, deviceId }: Pick<Play, 'house' | 'deviceId'>): Sections {
  return sectionsOf(house.hub, deviceId)
}

export function sectionsOf(hub: Hub, deviceId: string): Sections {
  return hub.twin(deviceId)['properties'] as unknown as Sections
}

export function withoutMeta({ $version, $metadata, ...properties }: JsonObject): JsonObject {
  return properties
}

/** The last report that the hub has accepted. */
export function counterAt(play: Pick<Play, 'house' | 'deviceId'>): number {
  return Number(sectionsAt(play).reported['counter'] ?? 0)
}

/** Reports whether the client's twin equals the hub's and no response is open. */
export function isInStep(play: Play): boolean {
  const { desired } = sectionsAt(play)
  return (
    [...play.reports, ...play.refreshes, ...play.sends].every(({ outcome }) => outcome.type !== 'pending') &&
    play.client.version === desired.$version &&
    isDeepStrictEqual(play.client.desired, withoutMeta(desired))
  )
}
