import type { FeatureMessage } from '../session/features.ts'
import { type ReceivedMessage, readMessage } from './message.ts'
import { parseMessageTopic } from './message-topic.ts'
import { createSeenIds } from './seen-ids.ts'
import type { MessagesInput, Untimed } from './states.ts'

/** The content of the messages that the app has not accepted. */
export interface Inbox {
  /** @returns the topic is of such a message */
  has(topic: string): boolean
  /** @returns `undefined` for a message of another feature */
  add(received: FeatureMessage): Untimed<MessagesInput> | undefined
  /** @param isRepeated the app has had this message before */
  read(id: number, isRepeated: boolean): ReceivedMessage
  /** Sends PUBACK, and forgets the message. */
  acknowledge(id: number): void
  forget(id: number): void
}

interface Entry {
  readonly message: Omit<ReceivedMessage, 'isRedelivered'>
  readonly isDuplicate: boolean
  acknowledge(): void
}

/** @param root the topic of all messages, without a slash at its end */
export function createInbox(root: string, hasInputs: boolean): Inbox {
  const entries = new Map<number, Entry>()
  const seen = createSeenIds()
  let lastId = 0

  return {
    has: (topic) => parseMessageTopic(topic, root, hasInputs) !== undefined,
    add(received) {
      const parts = parseMessageTopic(received.topic, root, hasInputs)
      if (parts === undefined) return undefined
      const { packetId, isDuplicate = false, acknowledge = () => {} } = received
      const message = readMessage(received, parts.bag, parts.input)
      const id = ++lastId
      entries.set(id, { message, isDuplicate, acknowledge })
      return { type: 'message', id, packetId, isDuplicate, expiresAt: message.expiresAt?.getTime() }
    },
    read(id, isRepeated) {
      const entry = entries.get(id)
      if (entry === undefined) throw new Error(`Message ${id} is not in the inbox`)
      const isSeen = seen.add(entry.message.messageId)
      return Object.freeze({ ...entry.message, isRedelivered: isRepeated || entry.isDuplicate || isSeen })
    },
    acknowledge(id) {
      entries.get(id)?.acknowledge()
      entries.delete(id)
    },
    forget: (id) => void entries.delete(id),
  }
}
