import type { ScopeWish } from './edge.ts'
import { parentScopeAfter, parseScopes } from './edge.ts'
import { checkId } from './identity-id.ts'
import type { JsonObject } from '../formats/json.ts'
import { isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import { timestamp, never } from '../formats/timestamp.ts'
import type { ServiceChange, Twin } from '../twin/twin.ts'
import { newTwin } from '../twin/twin.ts'

export type Authentication =
  | { readonly type: 'sas'; readonly primaryKey: string; readonly secondaryKey: string }
  | {
      readonly type: 'selfSigned'
      readonly primaryThumbprint: string | null
      readonly secondaryThumbprint: string | null
    }
  | { readonly type: 'certificateAuthority' | 'none' }

/** A device or a module as the hub stores it: one record, its twin and its MQTT session included. */
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
  /** The scope of the IoT Edge device above this one. */
  readonly parentScope?: string
  readonly managedBy: string
  readonly twin: Twin
  /** Topic filters with their QoS, kept for clean session 0. */
  readonly subscriptions: readonly Subscription[]
}

export interface Subscription {
  readonly filter: string
  readonly qos: 0 | 1
}

/** What a caller wants to be registered; already checked. */
export interface IdentityRequest {
  readonly status?: 'enabled' | 'disabled'
  readonly statusReason?: string | null
  readonly authentication?:
    Authentication | { readonly type: 'sas'; readonly primaryKey: ''; readonly secondaryKey: '' }
  readonly capabilities?: JsonObject
  readonly scopes?: ScopeWish
  readonly managedBy?: string
  /** Tags and desired properties that a new identity begins with: bulk registration has them. */
  readonly twin?: ServiceChange
}

/** What must come from outside a pure rule. */
export interface Fresh {
  readonly now: number
  readonly key: () => string
  readonly number: () => number
}

/** A new identity: keys that were not given are made (docs/protocol/protocol.md §6.2, create). */
export function newIdentity(
  deviceId: string,
  moduleId: string | undefined,
  wish: IdentityRequest,
  fresh: Fresh,
): IdentityRecord {
  checkId('deviceId', deviceId)
  if (moduleId !== undefined) checkId('moduleId', moduleId)
  const record = {
    deviceId,
    ...(moduleId === undefined ? {} : { moduleId }),
    generationId: String(fresh.number()),
    etag: fresh.number(),
    status: wish.status ?? 'enabled',
    statusReason: wish.statusReason ?? null,
    statusUpdatedTime: never,
    connectionStateUpdatedTime: never,
    lastActivityTime: never,
    authentication: filled(wish.authentication ?? { type: 'sas', primaryKey: '', secondaryKey: '' }, undefined, fresh),
    capabilities: wish.capabilities ?? { iotEdge: false },
    managedBy: wish.managedBy ?? '',
    twin: newTwin(fresh.now, wish.twin),
    subscriptions: [],
  }
  return withParent(record, wish, undefined)
}

/** An identity after a PUT: keys left empty stay as they are. */
export function updateIdentity(record: IdentityRecord, wish: IdentityRequest, fresh: Fresh): IdentityRecord {
  const status = wish.status ?? record.status
  const { parentScope: _before, ...rest } = record
  const next = {
    ...rest,
    etag: fresh.number(),
    status,
    statusReason: wish.statusReason === undefined ? record.statusReason : wish.statusReason,
    statusUpdatedTime: status === record.status ? record.statusUpdatedTime : timestamp(fresh.now),
    authentication: filled(wish.authentication ?? record.authentication, record.authentication, fresh),
    capabilities: wish.capabilities ?? record.capabilities,
    managedBy: wish.managedBy ?? record.managedBy,
  }
  return withParent(next, wish, record)
}

function withParent(
  next: Omit<IdentityRecord, 'parentScope'>,
  { scopes = {} }: IdentityRequest,
  before: IdentityRecord | undefined,
): IdentityRecord {
  const parentScope = next.moduleId === undefined ? parentScopeAfter(scopes, before, next) : undefined
  return parentScope === undefined ? next : { ...next, parentScope }
}

/** Whether a living connection was made with credentials that no longer hold. */
export function credentialsChanged(before: IdentityRecord, after: IdentityRecord): boolean {
  return after.status === 'disabled' || JSON.stringify(before.authentication) !== JSON.stringify(after.authentication)
}

function filled(wanted: Authentication, old: Authentication | undefined, fresh: Fresh): Authentication {
  if (wanted.type !== 'sas') return wanted
  const kept = old?.type === 'sas' ? old : undefined
  return {
    type: 'sas',
    primaryKey: wanted.primaryKey || kept?.primaryKey || fresh.key(),
    secondaryKey: wanted.secondaryKey || kept?.secondaryKey || fresh.key(),
  }
}

/** Reads what a caller sends as an identity. Unknown fields are left alone: SDKs send back whole documents. */
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
  throw new Refusal('ArgumentInvalid', 'authentication.type must be sas, selfSigned, certificateAuthority or none')
}

/** Symmetric keys are base64 of 16 to 64 bytes. The message never holds the key. */
function parseKey(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0)
  if (bytes.length < 16 || bytes.length > 64 || bytes.toString('base64') !== value) {
    throw new Refusal('ArgumentInvalid', `${name} must be base64 of 16 to 64 bytes`)
  }
  return value
}
