import { deviceOfScope } from '../identity/edge-scope.ts'
import { checkId, identityKey } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import { type Json, type JsonObject, isObject } from '../formats/json.ts'
import { type SectionName, checkSize, checkValues } from '../twin/limits.ts'
import { Refusal } from '../errors/refusal.ts'
import { invalidSnapshot, within } from './snapshot-place.ts'
import { parseTime } from '../formats/timestamp.ts'
import { purposeOf } from '../mqtt/topics.ts'

/** The depth of the deepest twin's metadata. */
const MAX_METADATA_DEPTH = 11

/**
 * Checks identities as strictly as the calls that create them.
 *
 * @returns the keys of the identities
 * @throws Refusal ArgumentInvalid, with the path of the problem
 */
export function checkIdentities(identities: readonly IdentityRecord[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const [at, record] of identities.entries()) {
    const place = `identities.${at}`
    within(place, () => checkIdentity(record))
    checkMetadata(`${place}.twin.desired.metadata`, record.twin.desired.metadata, 0)
    checkMetadata(`${place}.twin.reported.metadata`, record.twin.reported.metadata, 0)
    const key = identityKey(record)
    if (keys.has(key)) throw invalidSnapshot(place, `duplicate identity ${key}`)
    keys.add(key)
  }
  for (const [at, { deviceId, moduleId }] of identities.entries()) {
    if (!keys.has(deviceId)) {
      throw invalidSnapshot(`identities.${at}`, `the module ${String(moduleId)} has no device ${deviceId}`)
    }
  }
  return keys
}

function checkIdentity(record: IdentityRecord): void {
  const { deviceId, moduleId, parentScope, twin, subscriptions } = record
  checkId('deviceId', deviceId)
  if (moduleId !== undefined) checkId('moduleId', moduleId)
  if (parentScope !== undefined && (moduleId !== undefined || deviceOfScope(parentScope) === undefined)) {
    throw invalid('parentScope must be the scope of an IoT Edge device, and only a device has it')
  }
  checkSection('tags', twin.tags)
  checkSection('desired', twin.desired.value)
  checkSection('reported', twin.reported.value)
  for (const { filter } of subscriptions) {
    if (purposeOf(filter, record) === undefined) throw invalid('subscriptions must be filters of the identity itself')
  }
}

function checkSection(name: SectionName, value: JsonObject): void {
  checkValues(name, value)
  checkSize(name, {}, value)
  if (containsNull(value)) throw invalid(`${name} must not contain null, which deletes a property`)
}

function containsNull(value: Json): boolean {
  if (value === null) return true
  return typeof value === 'object' && Object.values(value).some(containsNull)
}

function checkMetadata(place: string, node: Json, depth: number): void {
  if (!isObject(node) || depth > MAX_METADATA_DEPTH) throw invalidSnapshot(place, 'is not metadata')
  const { $lastUpdated, $lastUpdatedVersion, ...rest } = node
  if (typeof $lastUpdated !== 'string' || parseTime($lastUpdated) === undefined) {
    throw invalidSnapshot(`${place}.$lastUpdated`, 'must be an ISO 8601 time')
  }
  if ($lastUpdatedVersion !== undefined && !Number.isSafeInteger($lastUpdatedVersion)) {
    throw invalidSnapshot(`${place}.$lastUpdatedVersion`, 'must be a whole number')
  }
  for (const [key, child] of Object.entries(rest)) checkMetadata(`${place}.${key}`, child, depth + 1)
}

function invalid(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
