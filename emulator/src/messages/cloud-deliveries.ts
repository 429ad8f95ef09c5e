import { complete, countDelivery, lastSequenceNumber, queuedFor } from './cloud-messages.ts'
import type { Context } from '../hub/context.ts'
import type { Identity } from '../identity/identity-id.ts'
import { type CloudMessage, packetIdOf } from './cloud-message.ts'
import { cloudMessageTopic } from '../mqtt/topics.ts'
import { type Connection, isClean, qosFor, windowOf } from '../mqtt/connection.ts'
import { addInFlight, freePlace, hasRoom, isInFlight } from '../mqtt/outgoing-window.ts'
import { publish, publishAtLeastOnce } from '../mqtt/send-to-device.ts'
import type { AcceptedSession } from '../mqtt/decide-connect.ts'

/** Delivers cloud-to-device messages to connected devices (docs/protocol/device.md §3). */
export interface CloudDeliveries {
  /** Sends the waiting messages, if the device is subscribed and while its window has room. */
  deliver(connection: Connection): void
  /** Sends messages again when their lock has expired. */
  releaseLocks(): void
  /** Forgets all locks, because a snapshot replaced the messages. */
  forgetLocks(): void
}

/** A sent message that waits for PUBACK. */
interface Lock {
  readonly connection: Connection
  readonly session: AcceptedSession
  readonly sequenceNumber: number
  readonly packetId: number
  readonly until: number
}

/** IoT Hub's lock lasts a minute and is the same for all devices (docs/protocol/device.md §3.2). */
const LOCK_IN_MS = 60_000

export function createCloudDeliveries(context: Context): CloudDeliveries {
  /** By device and message. */
  const locks = new Map<string, Lock>()
  /**
   * The newest message that a connection does not get, because it was sent before a subscription.
   */
  const starts = new WeakMap<Connection, number>()

  /** Setting the clock back must not extend a lock. */
  function isOver({ until }: Lock): boolean {
    const left = until - context.clock()
    return left <= 0 || left > LOCK_IN_MS
  }

  /** Once per connection, at its first subscription (docs/protocol/device.md §3.3). */
  function startOf(connection: Connection, identity: Identity): number {
    const known = starts.get(connection)
    if (known !== undefined) return known
    const skipsQueue = isClean(connection) && !context.messageRules.cleanSessionsGetQueue
    const start = skipsQueue ? lastSequenceNumber(context, identity) : 0
    starts.set(connection, start)
    return start
  }

  /**
   * A persistent session gets its unacknowledged messages at once. A new session gets them when
   * their lock expires.
   */
  function isLocked(connection: Connection, key: string): boolean {
    const lock = locks.get(key)
    if (lock === undefined || isOver(lock)) return false
    return lock.connection === connection || !connection.resumesMessages
  }

  function send(connection: Connection, session: AcceptedSession, message: CloudMessage, dup: boolean): void {
    const { identity } = session
    const { sequenceNumber } = message
    const topic = cloudMessageTopic(identity, message.bag)
    const payload = Buffer.from(message.body, 'base64')
    if (qosFor(connection, 'cloud-messages') === 0) {
      // QoS 0 has no acknowledgment, so a written message counts as delivered.
      void publish(connection, topic, payload)
      complete(context, identity, sequenceNumber).catch(context.onError)
      return
    }
    const packetId = packetIdOf(message)
    const key = lockKey(session, message)
    locks.set(key, { connection, session, sequenceNumber, packetId, until: context.clock() + LOCK_IN_MS })
    addInFlight(windowOf(connection), packetId, () => {
      locks.delete(key)
      return complete(context, identity, sequenceNumber)
    })
    void publishAtLeastOnce(connection, { topic, payload, messageId: packetId, dup })
  }

  function deliver(connection: Connection): void {
    const { session } = connection
    const qos = qosFor(connection, 'cloud-messages')
    if (session === undefined || qos === undefined) return
    const { identity } = session
    const start = startOf(connection, identity)
    for (const message of queuedFor(context, identity)) {
      if (message.sequenceNumber <= start || isLocked(connection, lockKey(session, message))) continue
      // In order: a message that finds no room in the window also delays those behind it.
      if (qos === 1 && (!hasRoom(windowOf(connection)) || isInFlight(windowOf(connection), packetIdOf(message)))) return
      // Within a session, a repeated message has DUP (MQTT 3.1.1 [MQTT-3.3.1-1]).
      const dup = connection.resumesMessages && message.deliveryCount > 0
      if (countDelivery(context, identity, message)) send(connection, session, message, dup)
    }
  }

  /** Sends a message again over the connection that has not acknowledged it. */
  function sendAgain({ connection, session, sequenceNumber, packetId }: Lock): void {
    if (!isInFlight(windowOf(connection), packetId) || connection.stream.duplex.destroyed) return
    const message = queuedFor(context, session.identity).find((each) => each.sequenceNumber === sequenceNumber)
    const isPossible = message !== undefined && qosFor(connection, 'cloud-messages') === 1
    if (isPossible && countDelivery(context, session.identity, message)) send(connection, session, message, true)
    else freePlace(windowOf(connection), packetId)
  }

  return {
    deliver,
    releaseLocks() {
      const lost = [...locks].filter(([, lock]) => isOver(lock))
      for (const [key, lock] of lost) {
        locks.delete(key)
        sendAgain(lock)
      }
      for (const [, { session }] of lost) context.devices.deliver(session.identity)
    },
    forgetLocks: () => locks.clear(),
  }
}

/** The generation ID distinguishes a device from a deleted one of the same name. */
function lockKey(
  { identity, generationId }: AcceptedSession,
  { sequenceNumber }: Pick<CloudMessage, 'sequenceNumber'>,
): string {
  return `${identity.deviceId}/${generationId}/${sequenceNumber}`
}
