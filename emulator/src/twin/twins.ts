import { deviceTwinDocument, twinDocument } from './documents.ts'
import { ifMatchHolds, twinEtag } from '../formats/etag.ts'
import type { TwinChanged } from '../events/hub-event.ts'
import { identityOf } from '../identity/identity-id.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import { timestamp } from '../formats/timestamp.ts'
import type { ServiceChange, ServiceResult, Twin } from './twin.ts'
import { patchTwin, replaceTwin, report } from './twin.ts'
import type { Context } from '../hub/context.ts'
import { missing } from '../identity/not-registered.ts'
import { presenceOf } from '../mqtt/presence.ts'

/** The twin as REST gives it. */
export function readTwin(context: Context, identity: Identity): JsonObject {
  const record = context.registry.find(identity)
  if (record === undefined) throw missing(identity)
  return twinDocument(record, presenceOf(context, record))
}

/** The twin as the device itself gets it. */
export function readDeviceTwin(context: Context, identity: Identity): JsonObject {
  const record = context.registry.find(identity)
  if (record === undefined) throw missing(identity)
  return deviceTwinDocument(record.twin)
}

/**
 * A device reports.
 *
 * @param expected the version that the device has built on; another one now: 412 (docs/protocol/protocol.md §4.4)
 * @returns the new version, once it is stored
 */
export async function reportTwin(context: Context, identity: Identity, body: Json, expected?: number): Promise<number> {
  const record = latest(context, identity)
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The patch of a twin must be a JSON object')
  const { version } = record.twin.reported
  if (expected !== undefined && expected !== version) {
    throw new Refusal('PreconditionFailed', `The version ${expected} is not the current version ${version} of reported`)
  }
  if (!counts(context, body)) return version
  const twin = report(record.twin, body, context.clock())
  await write(context, { ...record, lastActivityTime: timestamp(context.clock()) }, twin)
  tellChanged(context, identity, twin, { by: 'device', change: { reported: body } })
  return twin.reported.version
}

/** The back end patches a twin. */
export async function updateTwin(
  context: Context,
  identity: Identity,
  body: Json,
  ifMatch?: string,
): Promise<JsonObject> {
  const { desired, ...rest } = parseChange(body)
  const change = desired !== undefined && counts(context, desired) ? { ...rest, desired } : rest
  return changeTwin(context, identity, ifMatch, change, (twin) => patchTwin(twin, change, context.clock()))
}

/** The back end replaces tags and desired properties. */
export async function putTwin(context: Context, identity: Identity, body: Json, ifMatch?: string): Promise<JsonObject> {
  const change = parseChange(body)
  return changeTwin(context, identity, ifMatch, change, (twin) => replaceTwin(twin, change, context.clock()))
}

async function changeTwin(
  context: Context,
  identity: Identity,
  ifMatch: string | undefined,
  change: ServiceChange,
  decide: (twin: Twin) => ServiceResult,
): Promise<JsonObject> {
  const record = latest(context, identity)
  if (!ifMatchHolds(ifMatch, twinEtag(record.twin.etag))) {
    throw new Refusal(
      'PreconditionFailed',
      'The etag in the request does not match the etag of the existing resource, as per RFC7232',
    )
  }
  const { twin, notification } = decide(record.twin)
  const next = { ...record, twin }
  if (twin !== record.twin) {
    await write(context, record, twin)
    tellChanged(context, identity, twin, { by: 'service', change: change as JsonObject })
  }
  if (notification !== undefined) context.devices.notify(identity, notification)
  return twinDocument(next, presenceOf(context, next))
}

function tellChanged(
  context: Context,
  identity: Identity,
  { desired, reported }: Twin,
  what: Pick<TwinChanged, 'by' | 'change'>,
): void {
  const versions = { desiredVersion: desired.version, reportedVersion: reported.version }
  context.events.emit({
    ...identityOf(identity.deviceId, identity.moduleId),
    type: 'twin-changed',
    ...what,
    ...versions,
  })
}

function counts(context: Context, patch: JsonObject | null): boolean {
  return context.emptyPatchCounts || patch === null || Object.keys(patch).length > 0
}

function latest(context: Context, identity: Identity): IdentityRecord {
  const record = context.registry.latest(identity)
  if (record === undefined) throw missing(identity)
  return record
}

function write(context: Context, record: IdentityRecord, twin: Twin): Promise<void> {
  return context.registry.write([{ identity: record, record: { ...record, twin } }])
}

/**
 * Reads what a back end sends: tags and desired properties. null in the place of an object removes all that is in it. Whole twins are sent back
 * too, so other fields are ignored, and so are `$metadata` and `$version` of desired, which only the hub writes.
 *
 * @throws Refusal ArgumentInvalid
 */
export function parseChange(body: Json): ServiceChange {
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  const tags = objectOrNull('tags', body['tags'])
  const properties = objectOrNull('properties', body['properties'])
  const desired = isObject(properties) ? objectOrNull('properties.desired', properties['desired']) : properties
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(desired === undefined ? {} : { desired: desired && withoutHubKeys(desired) }),
  }
}

function objectOrNull(name: string, value: Json | undefined): JsonObject | null | undefined {
  if (value === undefined || value === null || isObject(value)) return value
  throw new Refusal('ArgumentInvalid', `${name} must be an object, or null`)
}

function withoutHubKeys(desired: JsonObject): JsonObject {
  const { $metadata: _metadata, $version: _version, ...rest } = desired
  return rest
}
