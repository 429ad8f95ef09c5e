import { deviceOfScope } from '../identity/edge-scope.ts'
import { checkId, identityKey } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { isObject } from '../formats/json.ts'
import type { SectionName } from '../twin/limits.ts'
import { checkSize, checkValues } from '../twin/limits.ts'
import { Refusal } from '../errors/refusal.ts'
import { misplaced, within } from './snapshot-place.ts'
import { parseTime } from '../formats/timestamp.ts'
import { purposeOf } from '../mqtt/topics.ts'

/** As deep as the metadata of the deepest twin. */
const maxMetadataDepth = 11

/**
 * Checks identities as strictly as the calls that make them.
 *
 * @returns the key of each
 * @throws Refusal ArgumentInvalid, with the place
 */
export function checkIdentities(identities: readonly IdentityRecord[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const [at, record] of identities.entries()) {
    const place = `identities.${at}`
    within(place, () => checkIdentity(record))
    checkMetadata(`${place}.twin.desired.metadata`, record.twin.desired.metadata, 0)
    checkMetadata(`${place}.twin.reported.metadata`, record.twin.reported.metadata, 0)
    const key = identityKey(record)
    if (keys.has(key)) throw misplaced(place, `${key} is there twice`)
    keys.add(key)
  }
  for (const [at, { deviceId, moduleId }] of identities.entries()) {
    if (moduleId !== undefined && !keys.has(deviceId)) {
      throw misplaced(`identities.${at}`, `the module ${moduleId} has no device ${deviceId}`)
    }
  }
  return keys
}

function checkIdentity(record: IdentityRecord): void {
  const { deviceId, moduleId, parentScope, twin, subscriptions } = record
  checkId('deviceId', deviceId)
  if (moduleId !== undefined) checkId('moduleId', moduleId)
  if (parentScope !== undefined && (moduleId !== undefined || deviceOfScope(parentScope) === undefined)) {
    throw refused('parentScope must be the scope of an IoT Edge device, and belongs to a device')
  }
  checkSection('tags', twin.tags)
  checkSection('desired', twin.desired.value)
  checkSection('reported', twin.reported.value)
  for (const { filter } of subscriptions) {
    if (purposeOf(filter, record) === undefined) throw refused('subscriptions must hold filters of the identity itself')
  }
}

function checkSection(name: SectionName, value: JsonObject): void {
  checkValues(name, value)
  checkSize(name, {}, value)
  if (holdsNull(value)) throw refused(`${name} must not hold null, which removes a property`)
}

function holdsNull(value: Json): boolean {
  if (value === null) return true
  return typeof value === 'object' && Object.values(value).some(holdsNull)
}

function checkMetadata(place: string, node: Json, depth: number): void {
  if (!isObject(node) || depth > maxMetadataDepth) throw misplaced(place, 'is no metadata')
  const { $lastUpdated, $lastUpdatedVersion, ...rest } = node
  if (typeof $lastUpdated !== 'string' || parseTime($lastUpdated) === undefined) {
    throw misplaced(`${place}.$lastUpdated`, 'must be a time in ISO 8601')
  }
  if ($lastUpdatedVersion !== undefined && !Number.isSafeInteger($lastUpdatedVersion)) {
    throw misplaced(`${place}.$lastUpdatedVersion`, 'must be a whole number')
  }
  for (const [key, child] of Object.entries(rest)) checkMetadata(`${place}.${key}`, child, depth + 1)
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
