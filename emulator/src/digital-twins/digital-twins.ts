import { digitalTwinDocument } from './digital-twin.ts'
import { desiredOfJsonPatch } from './digital-twin-patch.ts'
import { twinEtag } from '../formats/etag.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { missing } from '../identity/not-registered.ts'
import { updateTwin } from '../twin/twins.ts'

export interface DigitalTwin {
  readonly document: JsonObject
  /** Without quotes. */
  readonly etag: string
}

/** Reads the digital twin of a device. @throws Refusal DeviceNotFound */
export function readDigitalTwin(context: Context, deviceId: string): DigitalTwin {
  const record = deviceOf(context, deviceId)
  return { document: digitalTwinDocument(record), etag: twinEtag(record.twin.etag) }
}

/**
 * Applies a JSON Patch to the digital twin of a device.
 *
 * @returns the etag after the update
 * @throws Refusal DeviceNotFound, ArgumentInvalid, PreconditionFailed
 */
export async function updateDigitalTwin(
  context: Context,
  deviceId: string,
  jsonPatch: Json,
  ifMatch: string | undefined,
): Promise<string> {
  const desired = desiredOfJsonPatch(jsonPatch, deviceOf(context, deviceId).twin)
  await updateTwin(context, { deviceId }, { properties: { desired } }, ifMatch)
  return twinEtag(deviceOf(context, deviceId).twin.etag)
}

function deviceOf(context: Context, deviceId: string): IdentityRecord {
  const record = context.registry.latest({ deviceId })
  if (record === undefined) throw missing({ deviceId })
  return record
}
