import { randomBytes, randomInt } from 'node:crypto'
import { Refusal } from '../errors/refusal.ts'
import type { IdentityChanged } from '../events/hub-event.ts'
import { identityEtag, ifMatchHolds } from '../formats/etag.ts'
import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { presenceOf } from '../mqtt/presence.ts'
import { type FindRecord, type RecordChange, checkParent, edgeModuleChanges } from './edge-devices.ts'
import { identityDocument } from './identity-document.ts'
import { identityOf, type Identity } from './identity-id.ts'
import {
  type IdentityRecord,
  type IdentityRequest,
  type IdentitySources,
  credentialsChanged,
  newIdentity,
  updateIdentity,
} from './identity.ts'
import { missing } from './not-registered.ts'

/** Reads an identity for REST. @throws Refusal DeviceNotFound, ModuleNotFound */
export function readIdentity(context: Context, identity: Identity): JsonObject {
  const record = context.registry.find(identity)
  if (record === undefined) throw missing(identity)
  return documentOf(context, record)
}

export function documentOf(context: Context, record: IdentityRecord): JsonObject {
  return identityDocument(record, presenceOf(context, record))
}

/**
 * Registers a device or a module. An IoT Edge device gets its system modules too.
 *
 * @returns the identity document
 * @throws Refusal DeviceAlreadyExists, ModuleAlreadyExistsOnDevice, or DeviceNotFound for a module
 *   without its device
 */
export async function createIdentity(
  context: Context,
  identity: Identity,
  request: IdentityRequest,
): Promise<JsonObject> {
  const { deviceId, moduleId } = identity
  const find = latestIn(context)
  if (moduleId !== undefined && find({ deviceId }) === undefined) throw missing({ deviceId })
  const sources = sourcesOf(context)
  const record = newIdentity(deviceId, moduleId, request, sources)
  if (find(identity) !== undefined) throw alreadyExists(identity)
  checkParent(find, record)
  const modules = edgeModuleChanges(find, undefined, record, sources)
  await context.registry.write([{ identity, record }, ...modules])
  emit(context, record, 'identity-created')
  handleModuleChanges(context, modules)
  return documentOf(context, record)
}

/**
 * Updates a device or a module in the registry. Fields that the request omits keep their values.
 *
 * If the keys or the status change, this closes the identity's connection, as hubs do for MQTT 5
 * (docs/protocol/protocol.md §1.3: not found for MQTT 3.1.1).
 *
 * @returns the identity document
 * @throws Refusal DeviceNotFound, ModuleNotFound, or PreconditionFailed if `ifMatch` does not hold
 */
export async function changeIdentity(
  context: Context,
  identity: Identity,
  request: IdentityRequest,
  ifMatch?: string,
): Promise<JsonObject> {
  const before = latestMatching(context, identity, ifMatch)
  const find = latestIn(context)
  const sources = sourcesOf(context)
  const record = updateIdentity(before, request, sources)
  if (record.parentScope !== before.parentScope) checkParent(find, record)
  const modules = edgeModuleChanges(find, before, record, sources)
  await context.registry.write([{ identity, record }, ...modules])
  emit(context, record, 'identity-changed')
  handleModuleChanges(context, modules)
  if (credentialsChanged(before, record)) disconnectAll(context, [record, ...ownModules(context, record)])
  return documentOf(context, record)
}

/**
 * Deletes a module, or a device with all its modules.
 *
 * @throws Refusal DeviceNotFound, ModuleNotFound, or PreconditionFailed if `ifMatch` does not hold
 */
export async function deleteIdentity(context: Context, identity: Identity, ifMatch?: string): Promise<void> {
  const record = latestMatching(context, identity, ifMatch)
  const deleted = [record, ...ownModules(context, record)]
  await context.registry.write(deleted.map((each) => ({ identity: each, record: undefined })))
  for (const each of deleted) emit(context, each, 'identity-deleted')
  disconnectAll(context, deleted)
  // If the store fails here, the next start removes the messages.
  if (record.moduleId === undefined) context.messages.forget(record).catch(context.onError)
}

function ownModules(context: Context, record: IdentityRecord): IdentityRecord[] {
  return record.moduleId === undefined ? context.registry.latestModules(record.deviceId) : []
}

function emit(context: Context, { deviceId, moduleId, status }: IdentityRecord, type: IdentityChanged['type']): void {
  context.events.emit({ ...identityOf(deviceId, moduleId), type, status })
}

function handleModuleChanges(context: Context, changes: readonly RecordChange[]): void {
  for (const { identity, record } of changes) {
    const type = record === undefined ? 'identity-deleted' : 'identity-created'
    context.events.emit({
      ...identityOf(identity.deviceId, identity.moduleId),
      type,
      status: record?.status ?? 'enabled',
    })
    if (record === undefined) context.devices.disconnect(identity)
  }
}

function disconnectAll(context: Context, identities: readonly Identity[]): void {
  for (const identity of identities) context.devices.disconnect(identity)
}

function latestIn({ registry }: Context): FindRecord {
  return (identity) => registry.latest(identity)
}

function latestMatching(context: Context, identity: Identity, ifMatch: string | undefined): IdentityRecord {
  const record = context.registry.latest(identity)
  if (record === undefined) throw missing(identity)
  if (ifMatchHolds(ifMatch, identityEtag(record.etag))) return record
  throw new Refusal('PreconditionFailed', 'The etag in the request does not match the etag of the existing resource')
}

function alreadyExists({ deviceId, moduleId }: Identity): Refusal {
  return moduleId === undefined
    ? new Refusal('DeviceAlreadyExists', `A device with ID ${deviceId} is already registered`)
    : new Refusal('ModuleAlreadyExistsOnDevice', `A module with ID ${moduleId} is already registered on ${deviceId}`)
}

function sourcesOf(context: Context): IdentitySources {
  return {
    now: context.clock(),
    key: () => randomBytes(32).toString('base64'),
    number: () => randomInt(100_000_000, 1_000_000_000),
  }
}
