import { Refusal } from '../errors/refusal.ts'
import { type Json, type JsonObject, isObject } from '../formats/json.ts'

/** A change by a back end. An undefined section stays as it is, and null empties a section. */
export interface TwinChange {
  readonly tags?: JsonObject | null
  readonly desired?: JsonObject | null
}

/**
 * Parses the tags and desired properties that a back end sends. Null instead of an object empties
 * the section. Back ends also send whole twins back, so this ignores other fields, and `$metadata`
 * and `$version` of desired, which only the hub writes.
 *
 * @throws Refusal ArgumentInvalid
 */
export function parseTwinChange(body: Json): TwinChange {
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  const tags = objectOrNull('tags', body['tags'])
  const properties = objectOrNull('properties', body['properties'])
  const desired = isObject(properties) ? objectOrNull('properties.desired', properties['desired']) : properties
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(desired === undefined ? {} : { desired: desired && withoutHubKeys(desired) }),
  }
}

/** The fields of a twin in the format of REST (docs/protocol/protocol.md §6.4). */
const TWIN_FIELDS: ReadonlySet<string> = new Set([
  'authenticationType',
  'capabilities',
  'cloudToDeviceMessageCount',
  'configurations',
  'connectionState',
  'deviceEtag',
  'deviceId',
  'deviceScope',
  'etag',
  'lastActivityTime',
  'modelId',
  'moduleId',
  'parentScopes',
  'properties',
  'status',
  'statusReason',
  'statusUpdateTime',
  'tags',
  'version',
  'x509Thumbprint',
])

const PROPERTIES_FIELDS: ReadonlySet<string> = new Set(['desired', 'reported'])

/**
 * Rejects a field that no twin has, such as `desired` outside of `properties`. REST ignores such a
 * field, so the patch would succeed and change nothing. A whole twin has no such field.
 *
 * @throws Refusal ArgumentInvalid
 */
export function rejectUnknownFields(patch: Json): void {
  if (!isObject(patch)) return
  const unknown =
    unknownField(patch, TWIN_FIELDS, '') ?? unknownField(patch['properties'], PROPERTIES_FIELDS, 'properties.')
  if (unknown === undefined) return
  throw new Refusal('ArgumentInvalid', `A twin has no field ${unknown}; expected { tags, properties: { desired } }`)
}

function unknownField(value: Json | undefined, known: ReadonlySet<string>, prefix: string): string | undefined {
  const name = isObject(value) ? Object.keys(value).find((each) => !known.has(each)) : undefined
  return name === undefined ? undefined : prefix + name
}

function objectOrNull(name: string, value: Json | undefined): JsonObject | null | undefined {
  if (value === undefined || value === null || isObject(value)) return value
  throw new Refusal('ArgumentInvalid', `${name} must be an object or null`)
}

function withoutHubKeys(desired: JsonObject): JsonObject {
  const { $metadata: _metadata, $version: _version, ...rest } = desired
  return rest
}
