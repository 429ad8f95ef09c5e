import { isJsonObject, type JsonObject, type JsonValue } from '../hub/json.ts'
import type { TwinDocument } from '../hub/registry.ts'

/** A device's progress in a rollout. */
export type DeviceState =
  /** Its desired firmware is another version, or missing. */
  | { readonly type: 'unset' }
  /** It has not reacted yet, perhaps because it is offline. */
  | { readonly type: 'waiting'; readonly isConnected: boolean }
  | { readonly type: 'downloading'; readonly progress?: number }
  | { readonly type: 'applying' }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: string }

/**
 * Reads a device's state from its twin alone, by the rules in docs/guides/rollout.md: a report
 * counts if it names the desired `rollout`. So a rollout keeps no state, and a killed
 * rollout continues from the twins.
 */
export function stateOf(twin: TwinDocument & { readonly connectionState?: unknown }, version: string): DeviceState {
  const desired = objectAt(twin.properties.desired, 'firmware')
  if (desired?.['version'] !== version) return { type: 'unset' }
  const reported = objectAt(twin.properties.reported, 'firmware') ?? {}
  const waiting = { type: 'waiting', isConnected: twin.connectionState === 'Connected' } as const
  if (reported['rollout'] !== desired['rollout']) return waiting
  if (reported['status'] === 'done') return versionOf(reported['version']) === version ? { type: 'done' } : waiting
  // A device that still applies an older version has not started this version.
  if (reported['pending'] !== version) return waiting
  switch (reported['status']) {
    case 'downloading': {
      const { progress } = reported
      return { type: 'downloading', ...(typeof progress === 'number' && { progress }) }
    }
    case 'applying':
      return { type: 'applying' }
    case 'failed':
      return { type: 'failed', error: typeof reported['error'] === 'string' ? reported['error'] : 'no reason given' }
    default:
      return waiting
  }
}

/** Reports whether a device's state will not change by itself. */
export function isFinal({ type }: DeviceState): boolean {
  return type === 'done' || type === 'failed'
}

function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined
  return isJsonObject(value) ? value : undefined
}

/** Unwraps a Plug and Play acknowledgment, in which `value` holds the version. */
function versionOf(value: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(value) ? value['value'] : value
}
