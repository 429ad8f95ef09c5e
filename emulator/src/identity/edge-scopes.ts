import { deviceOfScope, edgeModuleIds, isEdge, ownScope } from './edge.ts'
import type { Fresh, IdentityRecord } from './identity.ts'
import { newIdentity } from './identity.ts'
import { Refusal } from '../errors/refusal.ts'
import type { RecordChange } from './registry.ts'
import type { Context } from '../hub/context.ts'

/** A device may name only an IoT Edge device as its parent, and not one below itself. @throws Refusal ArgumentInvalid */
export function checkParent(context: Context, record: IdentityRecord): void {
  const { parentScope, deviceId } = record
  if (parentScope === undefined) return
  const parent = parentOf(context, parentScope)
  if (parent === undefined) throw refused('The scope is not that of an IoT Edge device of this hub')
  const seen = new Set<string>()
  for (let at: IdentityRecord | undefined = parent; at !== undefined && !seen.has(at.deviceId);) {
    if (at.deviceId === deviceId) throw refused('A device must not be its own parent, nor that of its parents')
    seen.add(at.deviceId)
    at = at.parentScope === undefined ? undefined : parentOf(context, at.parentScope)
  }
}

/** The system modules that appear with an IoT Edge device, or go when it is one no more. */
export function edgeModuleChanges(
  context: Context,
  before: IdentityRecord | undefined,
  record: IdentityRecord,
  fresh: Fresh,
): RecordChange[] {
  const was = before !== undefined && isEdge(before)
  if (was === isEdge(record)) return []
  const { deviceId } = record
  return edgeModuleIds.flatMap((moduleId): RecordChange[] => {
    const identity = { deviceId, moduleId }
    const isThere = context.registry.latest(identity) !== undefined
    if (was) return isThere ? [{ identity, record: undefined }] : []
    return isThere ? [] : [{ identity, record: newIdentity(deviceId, moduleId, { managedBy: 'iotEdge' }, fresh) }]
  })
}

function parentOf(context: Context, scope: string): IdentityRecord | undefined {
  const record = context.registry.latest({ deviceId: deviceOfScope(scope) ?? '' })
  return record !== undefined && isEdge(record) && ownScope(record) === scope ? record : undefined
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
