import { type Identity, identityKey, identityOf } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { Policies } from '../access/policies.ts'
import type { ConnectRefusal } from '../access/refused-connect.ts'
import { parseSas, verifySas } from '../access/sas.ts'
import { parseUserName } from './user-name.ts'

/** The fields of a CONNECT that the decision depends on. */
export interface ConnectRequest {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: string | undefined
}

/** The hub's state that the decision depends on. */
export interface ConnectContext {
  readonly hostName: string
  readonly policies: Policies
  readonly now: number
  find(identity: Identity): IdentityRecord | undefined
}

export type ConnectVerdict =
  | { readonly type: 'accepted'; readonly session: AcceptedSession }
  | { readonly type: 'refused'; readonly code: ConnectRefusal }

/** The owner of the key that signed a token: the identity itself, or a policy of the hub. */
export type AuthScope = 'device' | 'module' | 'hub'

export interface AcceptedSession {
  readonly identity: Identity
  readonly generationId: string
  readonly authScope: AuthScope
  readonly expiresAt: number
  readonly apiVersion?: string
  readonly modelId?: string
}

/**
 * Decides about a CONNECT. On the wire, every refusal has code 5 (docs/protocol/protocol.md §1.5).
 * The reason in the verdict is for the hub's own log, and for tests.
 */
export function decideConnect(request: ConnectRequest, context: ConnectContext): ConnectVerdict {
  const user = parseUserName(request.username ?? '')
  if (user === undefined) return refused('bad-user-name')
  if (user.hostName.toLowerCase() !== context.hostName.toLowerCase()) return refused('wrong-host')
  const identity = identityOf(user.deviceId, user.moduleId)
  if (request.clientId !== identityKey(identity)) return refused('wrong-client-id')
  const record = context.find(identity)
  if (record === undefined) return refused('unknown-identity')
  if (record.status === 'disabled' || context.find({ deviceId: identity.deviceId })?.status === 'disabled') {
    return refused('disabled')
  }
  if (!request.password) return refused('no-password')
  const sas = parseSas(request.password)
  const keys = keysFor(sas?.policyName, record, context.policies)
  if (typeof keys === 'string') return refused(keys)
  const verdict = verifySas(sas, keys, resourceOf(context.hostName, identity), context.now)
  if (verdict.type === 'refused') return verdict
  const { apiVersion, modelId } = user
  return {
    type: 'accepted',
    session: {
      identity,
      generationId: record.generationId,
      authScope: scopeOf(sas?.policyName, identity),
      expiresAt: verdict.expiresAt,
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(modelId === undefined ? {} : { modelId }),
    },
  }
}

/**
 * A token with `skn` is signed with the key of a policy that may connect devices, a token without
 * `skn` with the identity's own key (docs/protocol/protocol.md §2.3).
 */
function keysFor(
  policyName: string | undefined,
  record: IdentityRecord,
  policies: Policies,
): readonly string[] | ConnectRefusal {
  if (policyName === undefined) {
    return record.authentication.type === 'sas'
      ? [record.authentication.primaryKey, record.authentication.secondaryKey]
      : []
  }
  const policy = policies.get(policyName)
  if (policy === undefined) return 'unknown-policy'
  return policy.rights.includes('DeviceConnect') ? [policy.primaryKey, policy.secondaryKey] : 'no-right'
}

function scopeOf(policyName: string | undefined, { moduleId }: Identity): AuthScope {
  if (policyName !== undefined) return 'hub'
  return moduleId === undefined ? 'device' : 'module'
}

function resourceOf(hostName: string, { deviceId, moduleId }: Identity): string {
  return `${hostName}/devices/${deviceId}${moduleId === undefined ? '' : `/modules/${moduleId}`}`
}

function refused(code: ConnectRefusal): ConnectVerdict {
  return { type: 'refused', code }
}
