import { Refusal } from '../errors/refusal.ts'
import type { JsonObject } from '../formats/json.ts'

/** The system modules that IoT Hub creates for every IoT Edge device (IoT Edge: runtime). */
export const EDGE_MODULE_IDS = ['$edgeAgent', '$edgeHub'] as const

/** The fields of an identity that its scopes depend on. */
interface ScopedIdentity {
  readonly deviceId: string
  readonly moduleId?: string
  readonly generationId: string
  readonly capabilities: JsonObject
  readonly parentScope?: string
}

/** The scopes in a request. An empty text or list means no scope. */
export interface ScopeRequest {
  readonly deviceScope?: string
  readonly parentScopes?: readonly string[]
}

const SCOPE_FORMAT = /^ms-azure-iot-edge:\/\/(.+)-([A-Za-z0-9]+)$/
export const MAX_SCOPE_LENGTH = 256

export function isEdge({ moduleId, capabilities }: Pick<ScopedIdentity, 'moduleId' | 'capabilities'>): boolean {
  return moduleId === undefined && capabilities['iotEdge'] === true
}

/**
 * The scope of an IoT Edge device. Its children refer to it (azure-iot-sdk-csharp: Device.Scope).
 */
export function ownScope({ deviceId, generationId }: Pick<ScopedIdentity, 'deviceId' | 'generationId'>): string {
  return `ms-azure-iot-edge://${deviceId}-${generationId}`
}

/** The ID of the device in a scope. The device may not exist. */
export function deviceOfScope(scope: string): string | undefined {
  return scope.length > MAX_SCOPE_LENGTH ? undefined : SCOPE_FORMAT.exec(scope)?.[1]
}

/**
 * The scopes in the documents of a device. The `deviceScope` of an edge device is its own scope.
 * The `deviceScope` of any other device is the scope of its parent.
 */
export function scopesOf(identity: ScopedIdentity): JsonObject {
  const { parentScope } = identity
  const deviceScope = isEdge(identity) ? ownScope(identity) : parentScope
  return {
    ...(deviceScope === undefined ? {} : { deviceScope }),
    ...(parentScope === undefined ? {} : { parentScopes: [parentScope] }),
  }
}

/** Parses the scopes of an identity. @throws Refusal ArgumentInvalid */
export function parseScopes({ deviceScope, parentScopes }: JsonObject): ScopeRequest {
  if (deviceScope !== undefined && deviceScope !== null && typeof deviceScope !== 'string') {
    throw refused('deviceScope must be a string')
  }
  const list: unknown = parentScopes ?? []
  if (!Array.isArray(list) || list.length > 1 || !list.every((each) => typeof each === 'string')) {
    throw refused('parentScopes must be an array of at most one string')
  }
  return {
    ...(deviceScope === undefined ? {} : { deviceScope: deviceScope ?? '' }),
    ...(parentScopes === undefined ? {} : { parentScopes: list.filter((each) => each !== '') }),
  }
}

/**
 * The scope of a device's parent after a change. Clients send whole documents back, so an unchanged
 * scope requests no change.
 *
 * @param before the device before the change, or undefined for a new device
 * @param next the device after the change, without its parent
 * @throws Refusal ArgumentInvalid if the scopes contradict each other, or a request changes the
 *   scope of an edge device itself
 */
export function parentScopeAfter(
  { deviceScope, parentScopes }: ScopeRequest,
  before: ScopedIdentity | undefined,
  next: Omit<ScopedIdentity, 'parentScope'>,
): string | undefined {
  const shown = before === undefined ? {} : scopesOf(before)
  const scope = deviceScope === (shown['deviceScope'] ?? '') ? undefined : deviceScope
  const parent = parentScopes?.[0] ?? ''
  const isNewParent = parentScopes !== undefined && parent !== (before?.parentScope ?? '')
  const chosen = isNewParent ? parent : (before?.parentScope ?? '')
  if (isEdge(next)) {
    if (scope !== undefined && scope !== '' && scope !== ownScope(next)) {
      throw refused('The hub generates the deviceScope of an IoT Edge device; name its parent in parentScopes')
    }
    return chosen || undefined
  }
  if (scope === undefined) return chosen || undefined
  if (isNewParent && parent !== scope) throw refused('parentScopes must contain the same scope as deviceScope')
  return scope || undefined
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
