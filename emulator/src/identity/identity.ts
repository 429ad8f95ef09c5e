import { type ScopeRequest, parentScopeAfter, parseScopes } from './edge-scope.ts'
import { checkId } from './identity-id.ts'
import { type JsonObject, isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import { timestamp, NEVER } from '../formats/timestamp.ts'
import type { TwinChange } from '../twin/twin-change.ts'
import { type Twin, newTwin } from '../twin/twin.ts'

export type Authentication =
  | { readonly type: 'sas'; readonly primaryKey: string; readonly secondaryKey: string }
  | {
      readonly type: 'selfSigned'
      readonly primaryThumbprint: string | null
      readonly secondaryThumbprint: string | null
    }
  | { readonly type: 'certificateAuthority' | 'none' }

/** A device or a module as the hub stores it, with its twin and its MQTT session. */
export interface IdentityRecord {
  readonly deviceId: string
  readonly moduleId?: string
  readonly generationId: string
  readonly etag: number
  readonly status: 'enabled' | 'disabled'
  readonly statusReason: string | null
  readonly statusUpdatedTime: string
  readonly connectionStateUpdatedTime: string
  readonly lastActivityTime: string
  readonly authentication: Authentication
  readonly capabilities: JsonObject
  /** The scope of the IoT Edge device that is the parent. */
  readonly parentScope?: string
  readonly managedBy: string
  readonly twin: Twin
  /** The subscriptions of a persistent session (clean session 0). */
  readonly subscriptions: readonly Subscription[]
}

export interface Subscription {
  readonly filter: string
  readonly qos: 0 | 1
}

/** A parsed request to create or update an identity. */
export interface IdentityRequest {
  readonly status?: 'enabled' | 'disabled'
  readonly statusReason?: string | null
  readonly authentication?:
    | Authentication
    | { readonly type: 'sas'; readonly primaryKey: ''; readonly secondaryKey: '' }
  readonly capabilities?: JsonObject
  readonly scopes?: ScopeRequest
  readonly managedBy?: string
  /** The first tags and desired properties of a new identity. Only bulk registration sets them. */
  readonly twin?: TwinChange
}

/** Time and random values, which pure rules get from outside. */
export interface IdentitySources {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly key: () => string
  readonly number: () => number
}

/**
 * A new identity. The hub generates the keys that the request omits
 * (docs/protocol/protocol.md §6.2, create).
 */
export function newIdentity(
  deviceId: string,
  moduleId: string | undefined,
  request: IdentityRequest,
  sources: IdentitySources,
): IdentityRecord {
  checkId('deviceId', deviceId)
  if (moduleId !== undefined) checkId('moduleId', moduleId)
  const record = {
    deviceId,
    ...(moduleId === undefined ? {} : { moduleId }),
    generationId: String(sources.number()),
    etag: sources.number(),
    status: request.status ?? 'enabled',
    statusReason: request.statusReason ?? null,
    statusUpdatedTime: NEVER,
    connectionStateUpdatedTime: NEVER,
    lastActivityTime: NEVER,
    authentication: withKeys(
      request.authentication ?? { type: 'sas', primaryKey: '', secondaryKey: '' },
      undefined,
      sources,
    ),
    capabilities: request.capabilities ?? { iotEdge: false },
    managedBy: request.managedBy ?? '',
    twin: newTwin(sources.now, request.twin),
    subscriptions: [],
  }
  return withParent(record, request, undefined)
}

/** An identity after a PUT. Empty keys in the request keep the present keys. */
export function updateIdentity(
  record: IdentityRecord,
  request: IdentityRequest,
  sources: IdentitySources,
): IdentityRecord {
  const status = request.status ?? record.status
  const { parentScope: _before, ...rest } = record
  const next = {
    ...rest,
    etag: sources.number(),
    status,
    statusReason: request.statusReason === undefined ? record.statusReason : request.statusReason,
    statusUpdatedTime: status === record.status ? record.statusUpdatedTime : timestamp(sources.now),
    authentication: withKeys(request.authentication ?? record.authentication, record.authentication, sources),
    capabilities: request.capabilities ?? record.capabilities,
    managedBy: request.managedBy ?? record.managedBy,
  }
  return withParent(next, request, record)
}

function withParent(
  next: Omit<IdentityRecord, 'parentScope'>,
  { scopes = {} }: IdentityRequest,
  before: IdentityRecord | undefined,
): IdentityRecord {
  const parentScope = next.moduleId === undefined ? parentScopeAfter(scopes, before, next) : undefined
  return parentScope === undefined ? next : { ...next, parentScope }
}

/** Whether a connection uses credentials that are no longer valid. */
export function credentialsChanged(before: IdentityRecord, after: IdentityRecord): boolean {
  return after.status === 'disabled' || JSON.stringify(before.authentication) !== JSON.stringify(after.authentication)
}

function withKeys(given: Authentication, old: Authentication | undefined, sources: IdentitySources): Authentication {
  if (given.type !== 'sas') return given
  const kept = old?.type === 'sas' ? old : undefined
  return {
    type: 'sas',
    primaryKey: given.primaryKey || kept?.primaryKey || sources.key(),
    secondaryKey: given.secondaryKey || kept?.secondaryKey || sources.key(),
  }
}

/**
 * Parses the identity in a request. It ignores unknown fields, because SDKs send whole documents
 * back.
 */
export function parseIdentityRequest(body: JsonObject): IdentityRequest {
  const { status, statusReason, capabilities, managedBy } = body
  const authentication = parseAuthentication(body['authentication'])
  if (status !== undefined && status !== null && status !== 'enabled' && status !== 'disabled') {
    throw new Refusal('ArgumentInvalid', "status must be 'enabled' or 'disabled'")
  }
  if (typeof statusReason === 'string' && statusReason.length > 128) {
    throw new Refusal('ArgumentInvalid', 'statusReason must not exceed 128 characters')
  }
  return {
    ...(status ? { status } : {}),
    ...(typeof statusReason === 'string' || statusReason === null ? { statusReason } : {}),
    ...(authentication === undefined ? {} : { authentication }),
    ...(isObject(capabilities) ? { capabilities: { iotEdge: capabilities['iotEdge'] === true } } : {}),
    scopes: parseScopes(body),
    ...(typeof managedBy === 'string' ? { managedBy } : {}),
  }
}

function parseAuthentication(value: unknown): Authentication | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) throw new Refusal('ArgumentInvalid', 'authentication must be an object')
  const type = typeof value['type'] === 'string' ? value['type'].toLowerCase() : 'sas'
  if (type === 'sas') {
    const keys = isObject(value['symmetricKey']) ? value['symmetricKey'] : {}
    return {
      type,
      primaryKey: parseKey('primaryKey', keys['primaryKey']),
      secondaryKey: parseKey('secondaryKey', keys['secondaryKey']),
    }
  }
  if (type === 'selfsigned') {
    const prints = isObject(value['x509Thumbprint']) ? value['x509Thumbprint'] : {}
    const { primaryThumbprint, secondaryThumbprint } = prints
    return {
      type: 'selfSigned',
      primaryThumbprint: typeof primaryThumbprint === 'string' ? primaryThumbprint : null,
      secondaryThumbprint: typeof secondaryThumbprint === 'string' ? secondaryThumbprint : null,
    }
  }
  if (type === 'certificateauthority') return { type: 'certificateAuthority' }
  if (type === 'none') return { type }
  throw new Refusal('ArgumentInvalid', 'authentication.type must be sas, selfSigned, certificateAuthority, or none')
}

/** Parses a symmetric key: base64 of 16 to 64 bytes. The error message never contains the key. */
function parseKey(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0)
  if (bytes.length < 16 || bytes.length > 64 || bytes.toString('base64') !== value) {
    throw new Refusal('ArgumentInvalid', `${name} must be base64 of 16 to 64 bytes`)
  }
  return value
}
