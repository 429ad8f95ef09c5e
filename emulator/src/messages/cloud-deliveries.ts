import { complete, lastSequenceNumber, takeForDelivery } from './cloud-messages.ts'
import type { Context } from '../hub/context.ts'
import { packetIdOf } from './cloud-message.ts'
import { cloudMessageTopic } from '../mqtt/topics.ts'
import type { Connection } from '../mqtt/connection.ts'

/** Cloud-to-device messages on their way over one hub's connections (docs/protocol/protocol.md §5). */
export interface CloudDeliveries {
  /** Sends what waits, if the device is subscribed, and each message once over this connection. */
  deliver(connection: Connection): void
  /** PUBACK. */
  acknowledged(connection: Connection, packetId: number): Promise<void>
}

interface Session {
  /** What waited before a clean session subscribed is not for it. */
  readonly after: number
  /** By packet identifier. */
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
          // Nobody will acknowledge it: written is delivered.
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
    async acknowledged(connection, packetId) {
      const { identity } = connection
      const sent = sessions.get(connection)?.sent
      const sequenceNumber = sent?.get(packetId)
      if (identity === undefined || sent === undefined || sequenceNumber === undefined) return
      sent.delete(packetId)
      await complete(context, identity, sequenceNumber)
    },
  }
}
