import { Refusal } from '../errors/refusal.ts'
import { deviceOfScope, EDGE_MODULE_IDS, isEdge, ownScope } from './edge-scope.ts'
import type { Identity } from './identity-id.ts'
import { type IdentityRecord, type IdentitySources, newIdentity } from './identity.ts'

/** Finds the latest record of an identity. */
export type FindRecord = (identity: Identity) => IdentityRecord | undefined

/** A record to store, or undefined to remove the identity. */
export interface RecordChange {
  readonly identity: Identity
  readonly record: IdentityRecord | undefined
}

/**
 * Refuses a parent that is not an IoT Edge device, or that is the device itself or one of its
 * children.
 *
 * @throws Refusal ArgumentInvalid
 */
export function checkParent(find: FindRecord, record: IdentityRecord): void {
  const { parentScope, deviceId } = record
  if (parentScope === undefined) return
  const parent = parentOf(find, parentScope)
  if (parent === undefined) throw refused('The scope is not the scope of an IoT Edge device of this hub')
  const seen = new Set<string>()
  for (let at: IdentityRecord | undefined = parent; at !== undefined && !seen.has(at.deviceId);) {
    if (at.deviceId === deviceId) throw refused('A device must not be its own parent, or the parent of its parents')
    seen.add(at.deviceId)
    at = at.parentScope === undefined ? undefined : parentOf(find, at.parentScope)
  }
}

/**
 * The system modules to create with an IoT Edge device, or to delete when it stops being an edge
 * device.
 */
export function edgeModuleChanges(
  find: FindRecord,
  before: IdentityRecord | undefined,
  record: IdentityRecord,
  sources: IdentitySources,
): RecordChange[] {
  const wasEdge = before !== undefined && isEdge(before)
  if (wasEdge === isEdge(record)) return []
  const { deviceId } = record
  return EDGE_MODULE_IDS.flatMap((moduleId): RecordChange[] => {
    const identity = { deviceId, moduleId }
    const exists = find(identity) !== undefined
    if (wasEdge) return exists ? [{ identity, record: undefined }] : []
    return exists ? [] : [{ identity, record: newIdentity(deviceId, moduleId, { managedBy: 'iotEdge' }, sources) }]
  })
}

function parentOf(find: FindRecord, scope: string): IdentityRecord | undefined {
  const record = find({ deviceId: deviceOfScope(scope) ?? '' })
  return record !== undefined && isEdge(record) && ownScope(record) === scope ? record : undefined
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
