import { namedDevices } from './named-devices.ts'
import type { Expression } from './query.ts'
import { identityKey } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Registry } from '../identity/registry.ts'

/** By key, in its order. */
type Keyed = Iterable<readonly [key: string, record: IdentityRecord]>

/**
 * All records among which a condition can find any. One that names its devices costs what these cost, however many others there are.
 *
 * @param after begins behind this key
 */
export function candidates(
  registry: Registry,
  from: 'devices' | 'devices.modules',
  where: Expression | undefined,
  after?: string,
): Keyed {
  const ids = namedDevices(where)
  if (ids === undefined) return from === 'devices' ? registry.devicesAfter(after) : registry.modulesAfter(after)
  const records = [...ids].flatMap((deviceId) =>
    from === 'devices' ? (registry.find({ deviceId }) ?? []) : registry.modulesOf(deviceId),
  )
  return records
    .map((record) => [identityKey(record), record] as const)
    .filter(([key]) => after === undefined || key > after)
    .sort(([one], [other]) => (one < other ? -1 : 1))
}
