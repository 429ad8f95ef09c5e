import { checkId, identityOf } from './identity-id.ts'
import type { Identity } from './identity-id.ts'
import type { IdentityRequest } from './identity.ts'
import { parseIdentityRequest } from './identity.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'

/** What is to be done to one identity; etags are as in an If-Match header. */
export type BulkStep = { readonly identity: Identity } & (
  | { readonly type: 'create'; readonly wish: IdentityRequest; readonly twin: JsonObject }
  | { readonly type: 'update'; readonly wish: IdentityRequest; readonly ifMatch: string | undefined }
  | { readonly type: 'delete'; readonly ifMatch: string | undefined }
  | { readonly type: 'update-twin'; readonly twin: JsonObject; readonly ifMatch: string | undefined }
)

/** POST /devices has these; `createOrUpdate` is one of import files only (azure-iothub: service.json, ImportMode). */
const modes = [
  'create',
  'update',
  'updateIfMatchETag',
  'delete',
  'deleteIfMatchETag',
  'updateTwin',
  'updateTwinIfMatchETag',
]

/** Reads an entry of POST /devices. service.json spells the modes lower camel, the SDK sends both spellings. @throws Refusal ArgumentInvalid */
export function parseBulkStep(entry: Json): BulkStep {
  if (!isObject(entry)) throw new Refusal('ArgumentInvalid', 'Each device must be an object')
  const identity = bulkIdentity(entry)
  const { importMode, tags, properties } = entry
  const twin: JsonObject = { ...(tags !== undefined && { tags }), ...(properties !== undefined && { properties }) }
  switch (typeof importMode === 'string' ? importMode.toLowerCase() : 'create') {
    case 'create':
      return { identity, type: 'create', wish: parseIdentityRequest(entry), twin }
    case 'update':
      return { identity, type: 'update', wish: parseIdentityRequest(entry), ifMatch: undefined }
    case 'updateifmatchetag':
      return { identity, type: 'update', wish: parseIdentityRequest(entry), ifMatch: etagOf(entry, 'eTag', 'etag') }
    case 'delete':
      return { identity, type: 'delete', ifMatch: undefined }
    case 'deleteifmatchetag':
      return { identity, type: 'delete', ifMatch: etagOf(entry, 'eTag', 'etag') }
    case 'updatetwin':
      return { identity, type: 'update-twin', twin, ifMatch: undefined }
    case 'updatetwinifmatchetag':
      return { identity, type: 'update-twin', twin, ifMatch: etagOf(entry, 'twinETag', 'twinEtag') }
    default:
      throw new Refusal('ArgumentInvalid', `importMode must be one of ${modes.join(', ')}`)
  }
}

/** Whom an entry is about. @throws Refusal ArgumentInvalid */
export function bulkIdentity({ id, moduleId }: JsonObject): Identity {
  const deviceId = checkId('deviceId', id)
  return identityOf(deviceId, moduleId === undefined || moduleId === null ? undefined : checkId('moduleId', moduleId))
}

/** An etag that is missing matches none. */
function etagOf(entry: JsonObject, ...names: string[]): string {
  const found = names.map((name) => entry[name]).find((value) => typeof value === 'string')
  return typeof found === 'string' ? found : ''
}
