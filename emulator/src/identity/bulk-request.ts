import { checkId, identityOf, type Identity } from './identity-id.ts'
import { type IdentityRequest, parseIdentityRequest } from './identity.ts'
import { type Json, type JsonObject, isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'

/** The operation on an identity. Etags have the format of an If-Match header. */
export type BulkStep = { readonly identity: Identity } & (
  | { readonly type: 'create'; readonly request: IdentityRequest; readonly twin: JsonObject }
  | { readonly type: 'update'; readonly request: IdentityRequest; readonly ifMatch: string | undefined }
  | { readonly type: 'delete'; readonly ifMatch: string | undefined }
  | { readonly type: 'update-twin'; readonly twin: JsonObject; readonly ifMatch: string | undefined }
)

/**
 * The modes of `POST /devices`. Only import files have `createOrUpdate` (azure-iothub:
 * service.json, ImportMode).
 */
const MODES = [
  'create',
  'update',
  'updateIfMatchETag',
  'delete',
  'deleteIfMatchETag',
  'updateTwin',
  'updateTwinIfMatchETag',
]

/**
 * Parses an entry of `POST /devices`. The modes ignore case: service.json uses lower camel case,
 * and the SDK sends both spellings.
 *
 * @throws Refusal ArgumentInvalid
 */
export function parseBulkStep(entry: Json): BulkStep {
  if (!isObject(entry)) throw new Refusal('ArgumentInvalid', 'Each device must be an object')
  const identity = bulkIdentity(entry)
  const { importMode, tags, properties } = entry
  const twin: JsonObject = { ...(tags !== undefined && { tags }), ...(properties !== undefined && { properties }) }
  switch (typeof importMode === 'string' ? importMode.toLowerCase() : 'create') {
    case 'create':
      return { identity, type: 'create', request: parseIdentityRequest(entry), twin }
    case 'update':
      return { identity, type: 'update', request: parseIdentityRequest(entry), ifMatch: undefined }
    case 'updateifmatchetag':
      return { identity, type: 'update', request: parseIdentityRequest(entry), ifMatch: etagOf(entry, 'eTag', 'etag') }
    case 'delete':
      return { identity, type: 'delete', ifMatch: undefined }
    case 'deleteifmatchetag':
      return { identity, type: 'delete', ifMatch: etagOf(entry, 'eTag', 'etag') }
    case 'updatetwin':
      return { identity, type: 'update-twin', twin, ifMatch: undefined }
    case 'updatetwinifmatchetag':
      return { identity, type: 'update-twin', twin, ifMatch: etagOf(entry, 'twinETag', 'twinEtag') }
    default:
      throw new Refusal('ArgumentInvalid', `importMode must be one of ${MODES.join(', ')}`)
  }
}

/** The identity of an entry. @throws Refusal ArgumentInvalid */
export function bulkIdentity({ id, moduleId }: JsonObject): Identity {
  const deviceId = checkId('deviceId', id)
  return identityOf(deviceId, moduleId === undefined || moduleId === null ? undefined : checkId('moduleId', moduleId))
}

/** A missing etag becomes empty, which matches no identity. */
function etagOf(entry: JsonObject, ...names: string[]): string {
  const found = names.map((name) => entry[name]).find((value) => typeof value === 'string')
  return typeof found === 'string' ? found : ''
}
