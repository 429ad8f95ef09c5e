import { randomUUID } from 'node:crypto'
import type { CloudMessage, CloudMessageRequest } from './cloud-message.ts'
import { checkRoom, maxDeliveryCount, newCloudMessage } from './cloud-message.ts'
import type { CloudMessageMoved } from '../events/hub-event.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { missing } from '../identity/not-registered.ts'

/**
 * Puts a message into the queue of a device; resolves once it is stored. It goes out at once where the device is there.
 *
 * @throws Refusal DeviceNotFound, DeviceMaximumQueueDepthExceeded, RequestEntityTooLarge, ArgumentInvalid
 */
export async function sendToDevice(context: Context, deviceId: string, wish: CloudMessageRequest): Promise<JsonObject> {
  const record = deviceOf(context, deviceId)
  const { messages } = context
  await removeExpired(context, record)
  checkRoom(messages.depth(record))
  const sequenceNumber = messages.lastSequenceNumber(record) + 1
  const message = newCloudMessage(record, wish, { now: context.clock(), sequenceNumber, uuid: randomUUID() })
  await messages.append(record, message)
  tell(context, record, message, 'queued')
  context.devices.deliver({ deviceId })
  return {
    messageId: message.messageId,
    sequenceNumber,
    enqueuedTimeUtc: new Date(message.enqueuedAt).toISOString(),
    expiryTimeUtc: new Date(message.expiresAt).toISOString(),
  }
}

/** Takes every message out of the queue of a device (docs/protocol/protocol.md §6.2, purge). */
export async function purge(context: Context, deviceId: string): Promise<JsonObject> {
  const record = deviceOf(context, deviceId)
  const purged = waiting(context, record)
  await remove(context, record, purged, 'purged')
  return { deviceId, moduleId: null, totalMessagesPurged: purged.length }
}

/** Takes out of every queue what has lived too long. */
export function expireMessages(context: Context): void {
  for (const { deviceId } of context.messages.owners()) {
    const record = context.registry.find({ deviceId })
    if (record !== undefined) report(context, removeExpired(context, record))
  }
}

/** How many messages wait. */
export function messageCount(context: Context, record: IdentityRecord): number {
  return record.moduleId === undefined ? waiting(context, record).length : 0
}

/** The messages that a device gets now, each counted as delivered; those that have gone out too often are gone. */
export function takeForDelivery(
  context: Context,
  identity: Identity,
  isWanted: (message: CloudMessage) => boolean,
): readonly CloudMessage[] {
  const record = context.registry.find(identity)
  if (record === undefined) return []
  report(context, removeExpired(context, record))
  const wanted = waiting(context, record).filter(isWanted)
  const tired = wanted.filter(({ deliveryCount }) => deliveryCount >= maxDeliveryCount)
  report(context, remove(context, record, tired, 'dead-lettered'))
  const taken = wanted
    .filter((message) => !tired.includes(message))
    .map((message) => ({ ...message, deliveryCount: message.deliveryCount + 1 }))
  for (const message of taken) {
    report(context, context.messages.replace(record, message))
    tell(context, record, message, 'delivered')
  }
  return taken
}

/** The device has taken a message: the only way to settle one over MQTT (docs/protocol/protocol.md §5). */
export async function complete(context: Context, identity: Identity, sequenceNumber: number): Promise<void> {
  const record = context.registry.find(identity)
  if (record === undefined) return
  const taken = context.messages.read(record).filter((message) => message.sequenceNumber === sequenceNumber)
  await remove(context, record, taken, 'completed')
}

/** The number of the newest message, for a device that wants only newer ones. */
export function lastSequenceNumber(context: Context, identity: Identity): number {
  const record = context.registry.find(identity)
  return record === undefined ? 0 : context.messages.lastSequenceNumber(record)
}

function waiting(context: Context, record: IdentityRecord): readonly CloudMessage[] {
  const now = context.clock()
  return context.messages.read(record).filter(({ expiresAt }) => expiresAt > now)
}

async function removeExpired(context: Context, record: IdentityRecord): Promise<void> {
  const now = context.clock()
  const expired = context.messages.read(record).filter(({ expiresAt }) => expiresAt <= now)
  await remove(context, record, expired, 'expired')
}

async function remove(
  context: Context,
  record: IdentityRecord,
  gone: readonly CloudMessage[],
  state: CloudMessageMoved['state'],
): Promise<void> {
  const written = context.messages.remove(
    record,
    gone.map(({ sequenceNumber }) => sequenceNumber),
  )
  for (const message of gone) tell(context, record, message, state)
  await written
}

function tell(
  context: Context,
  { deviceId }: Identity,
  { sequenceNumber, messageId }: CloudMessage,
  state: CloudMessageMoved['state'],
): void {
  context.events.emit({ deviceId, type: 'cloud-message', state, sequenceNumber, messageId })
}

/** For what nobody waits for: if it is not stored, a message comes once more after a restart, and no more than that. */
function report(context: Context, written: Promise<void>): void {
  written.catch(context.onError)
}

function deviceOf(context: Context, deviceId: string): IdentityRecord {
  const record = context.registry.find({ deviceId })
  if (record === undefined) throw missing({ deviceId })
  return record
}
