import { isJsonObject, type JsonObject, type JsonValue } from '../hub/json.ts'
import type { TwinDocument } from '../hub/registry.ts'

/** How far a device is with the firmware of a rollout. */
export type DeviceState =
  /** Its desired firmware is another one, or none. */
  | { readonly type: 'unset' }
  /** It has not answered what is desired, perhaps because it is offline. */
  | { readonly type: 'waiting'; readonly isConnected: boolean }
  | { readonly type: 'downloading'; readonly progress?: number }
  | { readonly type: 'applying' }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: string }

/**
 * Reads a device's state from its twin alone, as docs/guides/rollout.md has it: what it reported counts where it answers the `rollout` that is
 * desired of it. So nothing has to be remembered anywhere else, and a rollout that was killed goes on from the twins.
 */
export function stateOf(twin: TwinDocument & { readonly connectionState?: unknown }, version: string): DeviceState {
  const wanted = objectAt(twin.properties.desired, 'firmware')
  if (wanted?.['version'] !== version) return { type: 'unset' }
  const told = objectAt(twin.properties.reported, 'firmware') ?? {}
  const waiting = { type: 'waiting', isConnected: twin.connectionState === 'Connected' } as const
  if (told['rollout'] !== wanted['rollout']) return waiting
  if (told['status'] === 'done') return versionOf(told['version']) === version ? { type: 'done' } : waiting
  // A device that finishes applying an older version first is not about this one yet.
  if (told['pending'] !== version) return waiting
  switch (told['status']) {
    case 'downloading': {
      const { progress } = told
      return { type: 'downloading', ...(typeof progress === 'number' && { progress }) }
    }
    case 'applying':
      return { type: 'applying' }
    case 'failed':
      return { type: 'failed', error: typeof told['error'] === 'string' ? told['error'] : 'no reason given' }
    default:
      return waiting
  }
}

/** Whether nothing more will come of a device by itself. */
export function isFinal({ type }: DeviceState): boolean {
  return type === 'done' || type === 'failed'
}

function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined
  return isJsonObject(value) ? value : undefined
}

/** As Plug and Play acknowledges a writable property, the version is wrapped. */
function versionOf(value: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(value) ? value['value'] : value
}
