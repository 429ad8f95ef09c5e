import { identityEtag, twinEtag } from '../formats/etag.ts'
import type { JsonObject } from '../formats/json.ts'
import { scopesOf } from '../identity/edge-scope.ts'
import { type Presence, connectionState, thumbprints } from '../identity/identity-document.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Section, Twin, TwinConfigurations } from './twin.ts'

/**
 * A twin in the format of REST, with the fields in IoT Hub's order
 * (docs/protocol/protocol.md §6.4).
 */
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
    ...(twin.configurations === undefined ? {} : { configurations: statuses(twin.configurations) }),
    capabilities: record.capabilities,
    ...scopesOf(record),
  }
}

/** A twin in the format of MQTT: properties only (docs/protocol/protocol.md §4.3). */
export function deviceTwinDocument(twin: Twin): JsonObject {
  return { desired: withVersion(twin.desired), reported: withVersion(twin.reported) }
}

function withMetadata({ value, metadata, version }: Section): JsonObject {
  return { ...value, $metadata: metadata, $version: version }
}

function withVersion({ value, version }: Section): JsonObject {
  return { ...value, $version: version }
}

function statuses(configurations: TwinConfigurations): JsonObject {
  return Object.fromEntries(Object.entries(configurations).map(([id, { status }]) => [id, { status }]))
}
