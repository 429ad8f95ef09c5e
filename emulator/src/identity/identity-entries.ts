import type { IdentityRecord } from './identity.ts'
import type { Section } from '../twin/twin.ts'
import type { Store, StoreChange } from '../store/store.ts'

/** The fields that a device changes often, when it connects, disconnects, or reports. */
interface Activity {
  readonly connectionStateUpdatedTime: string
  readonly lastActivityTime: string
  readonly reported: Section
}

const IDENTITY_PREFIX = 'identity/'
const ACTIVITY_PREFIX = 'activity/'

/** Every stored identity with its key. */
export async function* readIdentities(store: Store): AsyncGenerator<readonly [key: string, record: IdentityRecord]> {
  const activities = new Map<string, Activity>()
  for await (const [key, value] of store.entries(ACTIVITY_PREFIX)) {
    activities.set(key.slice(ACTIVITY_PREFIX.length), value as Activity)
  }
  for await (const [key, value] of store.entries(IDENTITY_PREFIX)) {
    const identity = key.slice(IDENTITY_PREFIX.length)
    yield [identity, withActivity(value as IdentityRecord, activities.get(identity))]
  }
}

/**
 * The store changes for a change of an identity. The store has the whole record, and separately the
 * device's activity since then. So a report does not write keys, tags, and desired properties
 * again.
 */
export function identityChanges(
  key: string,
  before: IdentityRecord | undefined,
  record: IdentityRecord | undefined,
): readonly StoreChange[] {
  if (before !== undefined && record !== undefined && differOnlyInActivity(before, record)) {
    return [{ key: ACTIVITY_PREFIX + key, value: activityOf(record) }]
  }
  const whole = { key: IDENTITY_PREFIX + key, value: record }
  return before === undefined ? [whole] : [whole, { key: ACTIVITY_PREFIX + key, value: undefined }]
}

function activityOf({ connectionStateUpdatedTime, lastActivityTime, twin: { reported } }: IdentityRecord): Activity {
  return { connectionStateUpdatedTime, lastActivityTime, reported }
}

function withActivity(record: IdentityRecord, activity: Activity | undefined): IdentityRecord {
  if (activity === undefined) return record
  const { reported, ...times } = activity
  return { ...record, ...times, twin: { ...record.twin, reported } }
}

/** Changes share the unchanged parts of a record, so comparing the outermost values is enough. */
function differOnlyInActivity(before: IdentityRecord, record: IdentityRecord): boolean {
  const { connectionStateUpdatedTime: _since, lastActivityTime: _last, twin, ...rest } = record
  const { reported: _reported, ...ofTwin } = twin
  return (
    hasSame(before, rest) &&
    hasSame(before.twin, ofTwin) &&
    Object.keys(before).length === Object.keys(record).length &&
    Object.keys(before.twin).length === Object.keys(twin).length
  )
}

function hasSame<T extends object>(whole: T, part: Partial<T>): boolean {
  return (Object.keys(part) as (keyof T)[]).every((key) => whole[key] === part[key])
}
