import { identityEtag } from '../formats/etag.ts'
import type { JsonObject } from '../formats/json.ts'
import { scopesOf } from './edge-scope.ts'
import type { IdentityRecord } from './identity.ts'

/** The state of an identity that the hub does not store. */
export interface Presence {
  readonly connected: boolean
  /** The number of cloud-to-device messages in the queue. */
  readonly messageCount: number
}

/** An identity in the format of the registry (docs/protocol/protocol.md §6.4). */
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

export function thumbprints({ authentication }: IdentityRecord): JsonObject {
  if (authentication.type !== 'selfSigned') return { primaryThumbprint: null, secondaryThumbprint: null }
  return {
    primaryThumbprint: authentication.primaryThumbprint,
    secondaryThumbprint: authentication.secondaryThumbprint,
  }
}

export function connectionState({ connected }: Presence): string {
  return connected ? 'Connected' : 'Disconnected'
}
