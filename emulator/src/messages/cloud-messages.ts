import { randomUUID } from 'node:crypto'
import {
  type CloudMessage,
  type CloudMessageRequest,
  checkRoom,
  MAX_DELIVERY_COUNT,
  newCloudMessage,
} from './cloud-message.ts'
import type { CloudMessageMoved } from '../events/hub-event.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { feedbackOn } from './feedback.ts'
import { readDeviceBoundBag } from './message-properties.ts'
import { missing } from '../identity/not-registered.ts'

/**
 * Adds a message to the queue of a device, and delivers it at once if the device is connected.
 * Resolves when the message is stored.
 *
 * @throws Refusal DeviceNotFound, DeviceMaximumQueueDepthExceeded, RequestEntityTooLarge,
 * ArgumentInvalid
 */
export async function sendToDevice(
  context: Context,
  deviceId: string,
  request: CloudMessageRequest,
): Promise<JsonObject> {
  const record = deviceOf(context, deviceId)
  const { messages } = context
  await removeExpired(context, record)
  checkRoom(messages.depth(record))
  const sequenceNumber = messages.lastSequenceNumber(record) + 1
  const message = newCloudMessage(record, request, { now: context.clock(), sequenceNumber, uuid: randomUUID() })
  await messages.append(record, message)
  emit(context, record, message, 'queued')
  context.devices.deliver({ deviceId })
  return {
    messageId: message.messageId,
    sequenceNumber,
    enqueuedTimeUtc: new Date(message.enqueuedAt).toISOString(),
    expiryTimeUtc: new Date(message.expiresAt).toISOString(),
  }
}

/** Removes all messages from the queue of a device (docs/protocol/protocol.md §6.2, purge). */
export async function purge(context: Context, deviceId: string): Promise<JsonObject> {
  const record = deviceOf(context, deviceId)
  const purged = waiting(context, record)
  await remove(context, record, purged, 'purged')
  return { deviceId, moduleId: null, totalMessagesPurged: purged.length }
}

/** Removes the expired messages of all queues, including queues that no request touches. */
export function expireMessages(context: Context): void {
  for (const { deviceId } of context.messages.owners()) {
    const record = context.registry.find({ deviceId })
    if (record !== undefined) report(context, removeExpired(context, record))
  }
}

/** The number of waiting messages. */
export function messageCount(context: Context, record: IdentityRecord): number {
  return record.moduleId === undefined ? waiting(context, record).length : 0
}

/** The messages that wait for a device, oldest first. Removes expired messages. */
export function queuedFor(context: Context, identity: Identity): readonly CloudMessage[] {
  const record = context.registry.find(identity)
  if (record === undefined) return []
  report(context, removeExpired(context, record))
  return waiting(context, record)
}

/**
 * Counts a delivery of a message, or dead-letters a message that was delivered too often.
 *
 * In the newest document, only an abandoned delivery counts, and MQTT cannot abandon one. The
 * option `lostLocksCount` selects the older rule (docs/protocol/device.md §3.2).
 *
 * @returns whether to send the message
 */
export function countDelivery(context: Context, identity: Identity, message: CloudMessage): boolean {
  const record = context.registry.find(identity)
  if (record === undefined) return false
  if (context.messageRules.lostLocksCount && message.deliveryCount >= MAX_DELIVERY_COUNT) {
    report(context, remove(context, record, [message], 'dead-lettered'))
    return false
  }
  const sent = { ...message, deliveryCount: message.deliveryCount + 1 }
  report(context, context.messages.replace(record, sent))
  emit(context, record, sent, 'delivered')
  return true
}

/**
 * Completes a message. MQTT has no other way to settle a message (docs/protocol/protocol.md §5).
 */
export async function complete(context: Context, identity: Identity, sequenceNumber: number): Promise<void> {
  const record = context.registry.find(identity)
  if (record === undefined) return
  const taken = context.messages.read(record).filter((message) => message.sequenceNumber === sequenceNumber)
  await remove(context, record, taken, 'completed')
}

/** The number of the newest message. */
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
  removed: readonly CloudMessage[],
  state: CloudMessageMoved['state'],
): Promise<void> {
  const written = context.messages.remove(
    record,
    removed.map(({ sequenceNumber }) => sequenceNumber),
  )
  for (const message of removed) {
    emit(context, record, message, state)
    const feedback = feedbackOn(record, message, state, context.clock())
    if (feedback !== undefined) context.feedback.add(feedback)
  }
  await written
}

function emit(
  context: Context,
  { deviceId }: Identity,
  { sequenceNumber, messageId, deliveryCount, bag, body }: CloudMessage,
  state: CloudMessageMoved['state'],
): void {
  const content = { ...readDeviceBoundBag(bag), body: new Uint8Array(Buffer.from(body, 'base64')) }
  const moved = { type: 'cloud-message', state, sequenceNumber, messageId, deliveryCount } as const
  context.events.emit({ deviceId, ...moved, ...content })
}

/**
 * Reports an error of a write without a caller. If the store fails, the hub delivers a message
 * again after a restart.
 */
function report(context: Context, written: Promise<void>): void {
  written.catch(context.onError)
}

function deviceOf(context: Context, deviceId: string): IdentityRecord {
  const record = context.registry.find({ deviceId })
  if (record === undefined) throw missing({ deviceId })
  return record
}
