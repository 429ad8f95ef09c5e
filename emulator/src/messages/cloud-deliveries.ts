import { complete, lastSequenceNumber, takeForDelivery } from './cloud-messages.ts'
import type { Context } from '../hub/context.ts'
import { packetIdOf } from './cloud-message.ts'
import { cloudMessageTopic } from '../mqtt/topics.ts'
import type { Connection } from '../mqtt/connection.ts'

/** Delivers cloud-to-device messages to connected devices (docs/protocol/protocol.md §5). */
export interface CloudDeliveries {
  /** Sends the waiting messages if the device is subscribed, each once per connection. */
  deliver(connection: Connection): void
  handlePuback(connection: Connection, packetId: number): Promise<void>
}

interface Session {
  /** A clean session does not get messages from before its subscription. */
  readonly after: number
  /** Sequence numbers by packet identifier. */
  readonly sent: Map<number, number>
  readonly seen: Set<number>
}

export function createCloudDeliveries(context: Context): CloudDeliveries {
  const sessions = new WeakMap<Connection, Session>()

  function sessionOf(connection: Connection): Session | undefined {
    const { identity } = connection
    if (identity === undefined || !connection.isSubscribedFor('cloud-messages')) return undefined
    const known = sessions.get(connection)
    if (known !== undefined) return known
    const after = connection.isClean ? lastSequenceNumber(context, identity) : 0
    const session = { after, sent: new Map<number, number>(), seen: new Set<number>() }
    sessions.set(connection, session)
    return session
  }

  return {
    deliver(connection) {
      const { identity } = connection
      const session = sessionOf(connection)
      if (session === undefined || identity === undefined) return
      const qos = connection.qosFor('cloud-messages')
      const isWanted = ({ sequenceNumber }: { sequenceNumber: number }): boolean =>
        sequenceNumber > session.after && !session.seen.has(sequenceNumber)
      for (const message of takeForDelivery(context, identity, isWanted)) {
        const { sequenceNumber, deliveryCount } = message
        session.seen.add(sequenceNumber)
        const topic = cloudMessageTopic(identity, message.bag)
        const body = Buffer.from(message.body, 'base64')
        if (qos === 0) {
          // QoS 0 has no acknowledgment, so a written message counts as delivered.
          void connection.publish(topic, body)
          complete(context, identity, sequenceNumber).catch(context.onError)
        } else {
          session.sent.set(packetIdOf(message), sequenceNumber)
          void connection.publishAtLeastOnce({
            topic,
            payload: body,
            messageId: packetIdOf(message),
            dup: deliveryCount > 1,
          })
        }
      }
    },
    async handlePuback(connection, packetId) {
      const { identity } = connection
      const sent = sessions.get(connection)?.sent
      const sequenceNumber = sent?.get(packetId)
      if (identity === undefined || sent === undefined || sequenceNumber === undefined) return
      sent.delete(packetId)
      await complete(context, identity, sequenceNumber)
    },
  }
}
