import type { IdentityRecord } from './identity.ts'
import type { JsonObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'

/** The modules that IoT Hub gives to every IoT Edge device (IoT Edge: runtime). */
export const edgeModuleIds = ['$edgeAgent', '$edgeHub'] as const

/** What a caller says about scopes; an empty text or list means none. */
export interface ScopeWish {
  readonly deviceScope?: string
  readonly parentScopes?: readonly string[]
}

const scopeForm = /^ms-azure-iot-edge:\/\/(.+)-([A-Za-z0-9]+)$/
export const maxScopeLength = 256

export function isEdge({ moduleId, capabilities }: Pick<IdentityRecord, 'moduleId' | 'capabilities'>): boolean {
  return moduleId === undefined && capabilities['iotEdge'] === true
}

/** The scope of an IoT Edge device, which its children name (azure-iot-sdk-csharp: Device.Scope). */
export function ownScope({ deviceId, generationId }: Pick<IdentityRecord, 'deviceId' | 'generationId'>): string {
  return `ms-azure-iot-edge://${deviceId}-${generationId}`
}

/** The device that a scope names; it need not exist. */
export function deviceOfScope(scope: string): string | undefined {
  return scope.length > maxScopeLength ? undefined : scopeForm.exec(scope)?.[1]
}

/** The scopes as the documents of a device show them. An edge device shows its own scope, and a leaf that of its parent. */
export function scopesOf(record: IdentityRecord): JsonObject {
  const { parentScope } = record
  const deviceScope = isEdge(record) ? ownScope(record) : parentScope
  return {
    ...(deviceScope === undefined ? {} : { deviceScope }),
    ...(parentScope === undefined ? {} : { parentScopes: [parentScope] }),
  }
}

/** Reads the scopes of an identity. @throws Refusal ArgumentInvalid */
export function parseScopes({ deviceScope, parentScopes }: JsonObject): ScopeWish {
  if (deviceScope !== undefined && deviceScope !== null && typeof deviceScope !== 'string') {
    throw refused('deviceScope must be a text')
  }
  const list: unknown = parentScopes ?? []
  if (!Array.isArray(list) || list.length > 1 || !list.every((each) => typeof each === 'string')) {
    throw refused('parentScopes must be a list of at most one text')
  }
  return {
    ...(deviceScope === undefined ? {} : { deviceScope: deviceScope ?? '' }),
    ...(parentScopes === undefined ? {} : { parentScopes: list.filter((each) => each !== '') }),
  }
}

/**
 * The scope of a device's parent after a change. Callers send whole documents back, so a scope that is as before says nothing.
 *
 * @param before the device, as far as there is one
 * @param next the device after the change, but for its parent
 * @throws Refusal ArgumentInvalid where the scopes contradict each other, or the scope of an edge device itself would change
 */
export function parentScopeAfter(
  { deviceScope, parentScopes }: ScopeWish,
  before: IdentityRecord | undefined,
  next: Omit<IdentityRecord, 'parentScope'>,
): string | undefined {
  const shown = before === undefined ? {} : scopesOf(before)
  const scope = deviceScope === (shown['deviceScope'] ?? '') ? undefined : deviceScope
  const [parent = ''] = parentScopes ?? []
  const isNewParent = parentScopes !== undefined && parent !== (before?.parentScope ?? '')
  const chosen = isNewParent ? parent : (before?.parentScope ?? '')
  if (isEdge(next)) {
    if (scope !== undefined && scope !== '' && scope !== ownScope(next)) {
      throw refused('The hub generates the deviceScope of an IoT Edge device; name its parent in parentScopes')
    }
    return chosen || undefined
  }
  if (scope === undefined) return chosen || undefined
  if (isNewParent && parent !== scope) throw refused('parentScopes must hold the same scope as deviceScope')
  return scope || undefined
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
