import { digitalTwinDocument } from '../rules/digital-twin.ts'
import { desiredOfJsonPatch } from '../rules/digital-twin-patch.ts'
import { twinEtag } from '../rules/etag.ts'
import type { IdentityRecord } from '../rules/identity.ts'
import type { Json, JsonObject } from '../rules/json.ts'
import type { Context } from './context.ts'
import { missing } from './missing.ts'
import { updateTwin } from './twins.ts'

export interface DigitalTwin {
  readonly document: JsonObject
  /** Without quotes. */
  readonly etag: string
}

/** @throws Refusal DeviceNotFound */
export function readDigitalTwin(context: Context, deviceId: string): DigitalTwin {
  const record = deviceOf(context, deviceId)
  return { document: digitalTwinDocument(record), etag: twinEtag(record.twin.etag) }
}

/** @returns the etag after the update @throws Refusal DeviceNotFound, ArgumentInvalid, PreconditionFailed */
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
