import type { IdentityRecord } from './identity.ts'
import type { Section } from '../twin/twin.ts'
import type { Store, StoreChange } from '../store/store.ts'

/** What a device changes all the time, by coming, going and reporting. */
interface Activity {
  readonly connectionStateUpdatedTime: string
  readonly lastActivityTime: string
  readonly reported: Section
}

const identityPrefix = 'identity/'
const activityPrefix = 'activity/'

/** Every identity by its key, as it was written last. */
export async function* readIdentities(store: Store): AsyncGenerator<readonly [key: string, record: IdentityRecord]> {
  const activities = new Map<string, Activity>()
  for await (const [key, value] of store.entries(activityPrefix)) {
    activities.set(key.slice(activityPrefix.length), value as Activity)
  }
  for await (const [key, value] of store.entries(identityPrefix)) {
    const identity = key.slice(identityPrefix.length)
    yield [identity, withActivity(value as IdentityRecord, activities.get(identity))]
  }
}

/**
 * What of an identity goes into the store. The record is there as a whole, and beside it, where that is newer, what the device has changed since:
 * a report must not write keys, tags and desired properties again, with all their metadata.
 */
export function identityChanges(
  key: string,
  before: IdentityRecord | undefined,
  record: IdentityRecord | undefined,
): readonly StoreChange[] {
  if (before !== undefined && record !== undefined && differInActivityAlone(before, record)) {
    return [{ key: activityPrefix + key, value: activityOf(record) }]
  }
  const whole = { key: identityPrefix + key, value: record }
  return before === undefined ? [whole] : [whole, { key: activityPrefix + key, value: undefined }]
}

function activityOf({ connectionStateUpdatedTime, lastActivityTime, twin: { reported } }: IdentityRecord): Activity {
  return { connectionStateUpdatedTime, lastActivityTime, reported }
}

function withActivity(record: IdentityRecord, activity: Activity | undefined): IdentityRecord {
  if (activity === undefined) return record
  const { reported, ...times } = activity
  return { ...record, ...times, twin: { ...record.twin, reported } }
}

/** A change replaces what it changes and keeps the rest as it is, so that looking at the outermost is enough. */
function differInActivityAlone(before: IdentityRecord, record: IdentityRecord): boolean {
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
