import type { AcceptedSession } from './decide-connect.ts'
import type { Presence } from '../identity/identity-document.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { IdentityRecord, Subscription } from '../identity/identity.ts'
import { timestamp } from '../formats/timestamp.ts'
import { messageCount } from '../messages/cloud-messages.ts'
import type { Context } from '../hub/context.ts'

/** The facts about an identity that the registry does not store. */
export function presenceOf(context: Context, record: IdentityRecord): Presence {
  return { connected: context.devices.isConnected(record), messageCount: messageCount(context, record) }
}

/** Stores that a device has connected, and its model ID (docs/protocol/protocol.md §1.4). */
export async function recordConnected(context: Context, { identity, modelId }: AcceptedSession): Promise<void> {
  await change(context, identity, (record) => ({
    ...withActivity(context, record),
    twin: modelId === undefined ? record.twin : { ...record.twin, modelId },
  }))
}

/** Stores that a device has disconnected. */
export async function recordDisconnected(context: Context, identity: Identity): Promise<void> {
  await change(context, identity, (record) => withActivity(context, record))
}

/**
 * Keeps subscriptions for a session that is not clean (docs/protocol/protocol.md §1.3, session
 * persistence). Resolves when they are stored.
 */
export async function keepSubscriptions(
  context: Context,
  identity: Identity,
  subscriptions: readonly Subscription[],
): Promise<void> {
  const kept = context.registry.latest(identity)?.subscriptions ?? []
  if (JSON.stringify(kept) === JSON.stringify(subscriptions)) return
  await change(context, identity, (record) => ({ ...record, subscriptions }))
}

async function change(
  context: Context,
  identity: Identity,
  next: (record: IdentityRecord) => IdentityRecord,
): Promise<void> {
  const record = context.registry.latest(identity)
  if (record !== undefined) await context.registry.write([{ identity, record: next(record) }])
}

function withActivity(context: Context, record: IdentityRecord): IdentityRecord {
  const now = timestamp(context.clock())
  return { ...record, connectionStateUpdatedTime: now, lastActivityTime: now }
}
