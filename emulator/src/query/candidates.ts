import { namedDevices } from './named-devices.ts'
import type { Expression } from './query.ts'
import { identityKey } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Registry } from '../identity/registry.ts'

/** Records in the order of their keys. */
type KeyedRecords = Iterable<readonly [key: string, record: IdentityRecord]>

/**
 * The records that may meet a condition. A condition that names its devices does not evaluate other
 * devices.
 *
 * @param after starts after this key
 */
export function candidates(
  registry: Registry,
  from: 'devices' | 'devices.modules',
  where: Expression | undefined,
  after?: string,
): KeyedRecords {
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
