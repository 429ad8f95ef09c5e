import { randomBytes, randomInt } from 'node:crypto'
import { identityDocument } from '../twin/documents.ts'
import { identityEtag, ifMatchHolds } from '../formats/etag.ts'
import type { IdentityChanged } from '../events/hub-event.ts'
import { identityOf } from './identity-id.ts'
import type { Identity } from './identity-id.ts'
import type { Fresh, IdentityRecord, IdentityRequest } from './identity.ts'
import { credentialsChanged, newIdentity, updateIdentity } from './identity.ts'
import type { JsonObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import type { RecordChange } from './registry.ts'
import type { Context } from '../hub/context.ts'
import { checkParent, edgeModuleChanges } from './edge-scopes.ts'
import { missing } from './not-registered.ts'
import { presenceOf } from '../mqtt/presence.ts'

/** @throws Refusal DeviceNotFound, ModuleNotFound */
export function readIdentity(context: Context, identity: Identity): JsonObject {
  const record = context.registry.find(identity)
  if (record === undefined) throw missing(identity)
  return documentOf(context, record)
}

export function documentOf(context: Context, record: IdentityRecord): JsonObject {
  return identityDocument(record, presenceOf(context, record))
}

/** @throws Refusal DeviceAlreadyExists, ModuleAlreadyExistsOnDevice, or DeviceNotFound for a module without its device */
export async function createIdentity(context: Context, identity: Identity, wish: IdentityRequest): Promise<JsonObject> {
  const { deviceId, moduleId } = identity
  if (moduleId !== undefined && context.registry.latest({ deviceId }) === undefined) throw missing({ deviceId })
  const fresh = freshFrom(context)
  const record = newIdentity(deviceId, moduleId, wish, fresh)
  if (context.registry.latest(identity) !== undefined) throw exists(identity)
  checkParent(context, record)
  const modules = edgeModuleChanges(context, undefined, record, fresh)
  await context.registry.write([{ identity, record }, ...modules])
  tell(context, record, 'identity-created')
  tellModules(context, modules)
  return documentOf(context, record)
}

/** Closes a living connection where the keys or the status have changed, as MQTT 5 hubs do (docs/protocol/protocol.md §1.3: for 3.1.1 not found). */
export async function changeIdentity(
  context: Context,
  identity: Identity,
  wish: IdentityRequest,
  ifMatch?: string,
): Promise<JsonObject> {
  const before = latestMatching(context, identity, ifMatch)
  const fresh = freshFrom(context)
  const record = updateIdentity(before, wish, fresh)
  if (record.parentScope !== before.parentScope) checkParent(context, record)
  const modules = edgeModuleChanges(context, before, record, fresh)
  await context.registry.write([{ identity, record }, ...modules])
  tell(context, record, 'identity-changed')
  tellModules(context, modules)
  if (credentialsChanged(before, record)) disconnectAll(context, [record, ...ownModules(context, record)])
  return documentOf(context, record)
}

/** A device takes its modules with it. */
export async function deleteIdentity(context: Context, identity: Identity, ifMatch?: string): Promise<void> {
  const record = latestMatching(context, identity, ifMatch)
  const gone = [record, ...ownModules(context, record)]
  await context.registry.write(gone.map((each) => ({ identity: each, record: undefined })))
  for (const each of gone) tell(context, each, 'identity-deleted')
  disconnectAll(context, gone)
  // What of these is not stored is thrown away at the next start.
  if (record.moduleId === undefined) context.messages.forget(record).catch(context.onError)
}

function ownModules(context: Context, record: IdentityRecord): IdentityRecord[] {
  return record.moduleId === undefined ? context.registry.latestModules(record.deviceId) : []
}

function tell(context: Context, { deviceId, moduleId, status }: IdentityRecord, type: IdentityChanged['type']): void {
  context.events.emit({ ...identityOf(deviceId, moduleId), type, status })
}

function tellModules(context: Context, changes: readonly RecordChange[]): void {
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

function latestMatching(context: Context, identity: Identity, ifMatch: string | undefined): IdentityRecord {
  const record = context.registry.latest(identity)
  if (record === undefined) throw missing(identity)
  if (ifMatchHolds(ifMatch, identityEtag(record.etag))) return record
  throw new Refusal('PreconditionFailed', 'The etag in the request does not match the etag of the existing resource')
}

function exists({ deviceId, moduleId }: Identity): Refusal {
  return moduleId === undefined
    ? new Refusal('DeviceAlreadyExists', `A device with id ${deviceId} is already registered`)
    : new Refusal('ModuleAlreadyExistsOnDevice', `A module with id ${moduleId} is already registered on ${deviceId}`)
}

function freshFrom(context: Context): Fresh {
  return {
    now: context.clock(),
    key: () => randomBytes(32).toString('base64'),
    number: () => randomInt(100_000_000, 1_000_000_000),
  }
}
