import { scopesOf } from '../identity/edge.ts'
import { identityEtag, twinEtag } from '../formats/etag.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { JsonObject } from '../formats/json.ts'
import type { Section, Twin } from './twin.ts'

/** What only the living hub knows about an identity. */
export interface Presence {
  readonly connected: boolean
  /** How many cloud-to-device messages wait. */
  readonly messageCount: number
}

/** The twin as REST gives it, in the order of real output (docs/protocol/protocol.md §6.4). */
export function twinDocument(record: IdentityRecord, presence: Presence): JsonObject {
  const { twin } = record
  return {
    deviceId: record.deviceId,
    ...(record.moduleId === undefined ? {} : { moduleId: record.moduleId }),
    etag: twinEtag(twin.etag),
    deviceEtag: identityEtag(record.etag),
    status: record.status,
    ...(record.statusReason === null ? {} : { statusReason: record.statusReason }),
    statusUpdateTime: record.statusUpdatedTime,
    connectionState: connectionState(presence),
    lastActivityTime: record.lastActivityTime,
    cloudToDeviceMessageCount: presence.messageCount,
    authenticationType: record.authentication.type,
    x509Thumbprint: thumbprints(record),
    ...(twin.modelId === undefined ? {} : { modelId: twin.modelId }),
    version: twin.desired.version + twin.reported.version,
    tags: twin.tags,
    properties: { desired: withMetadata(twin.desired), reported: withMetadata(twin.reported) },
    capabilities: record.capabilities,
    ...scopesOf(record),
  }
}

/** The twin as a device gets it: properties only (docs/protocol/protocol.md §4.3). */
export function deviceTwinDocument(twin: Twin): JsonObject {
  return { desired: withVersion(twin.desired), reported: withVersion(twin.reported) }
}

/** The identity as the registry gives it. */
export function identityDocument(record: IdentityRecord, presence: Presence): JsonObject {
  const common = {
    generationId: record.generationId,
    etag: identityEtag(record.etag),
    connectionState: connectionState(presence),
    connectionStateUpdatedTime: record.connectionStateUpdatedTime,
    lastActivityTime: record.lastActivityTime,
    cloudToDeviceMessageCount: presence.messageCount,
    authentication: authenticationDocument(record),
  }
  if (record.moduleId !== undefined) {
    return { moduleId: record.moduleId, managedBy: record.managedBy, deviceId: record.deviceId, ...common }
  }
  return {
    deviceId: record.deviceId,
    ...common,
    status: record.status,
    statusReason: record.statusReason,
    statusUpdatedTime: record.statusUpdatedTime,
    capabilities: record.capabilities,
    ...scopesOf(record),
  }
}

function authenticationDocument(record: IdentityRecord): JsonObject {
  const { authentication } = record
  const symmetricKey =
    authentication.type === 'sas'
      ? { primaryKey: authentication.primaryKey, secondaryKey: authentication.secondaryKey }
      : { primaryKey: null, secondaryKey: null }
  return { symmetricKey, x509Thumbprint: thumbprints(record), type: authentication.type }
}

function thumbprints({ authentication }: IdentityRecord): JsonObject {
  if (authentication.type !== 'selfSigned') return { primaryThumbprint: null, secondaryThumbprint: null }
  return {
    primaryThumbprint: authentication.primaryThumbprint,
    secondaryThumbprint: authentication.secondaryThumbprint,
  }
}

function connectionState({ connected }: Presence): string {
  return connected ? 'Connected' : 'Disconnected'
}

function withMetadata({ value, metadata, version }: Section): JsonObject {
  return { ...value, $metadata: metadata, $version: version }
}

function withVersion({ value, version }: Section): JsonObject {
  return { ...value, $version: version }
}
