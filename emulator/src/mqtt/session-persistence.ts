import { Readable } from 'node:stream'
import type { Subscription } from '../identity/identity.ts'

/** A subscription as aedes wants it back. */
interface StoredSubscription {
  readonly topic: string
  readonly qos: 0 | 1
}

/**
 * What aedes asks a persistence for, answered from the hub's own records: the subscriptions of an identity. Nothing else is kept: IoT Hub
 * stores no retained message, its cloud-to-device messages have a queue of their own, and everything else that this hub sends is QoS 0.
 */
export interface SessionPersistence {
  [operation: string]: unknown
}

interface Named {
  readonly id: string
}

/** What an identity has kept since an earlier session; the client id is the key of the identity. */
export interface KeptSession {
  read(clientId: string): readonly Subscription[]
  remove(clientId: string, filters: readonly string[]): Promise<void>
  clear(clientId: string): Promise<void>
  /** PUBACK: aedes forgets here what it would keep for later. */
  acknowledged(clientId: string, packetId: number): Promise<void>
}

export function sessionPersistence(kept: KeptSession): SessionPersistence {
  const nothing = async (): Promise<void> => {}
  const emptyStream = (): Readable => Readable.from([])
  return {
    setup: nothing,
    subscriptionsByClient: async ({ id }: Named): Promise<StoredSubscription[]> =>
      kept.read(id).map(({ filter, qos }) => ({ topic: filter, qos })),
    // Subscriptions are stored where they are granted, before the answer.
    addSubscriptions: nothing,
    removeSubscriptions: ({ id }: Named, filters: readonly string[]) => kept.remove(id, filters),
    cleanSubscriptions: ({ id }: Named) => kept.clear(id),
    subscriptionsByTopic: async () => [],
    storeRetained: nothing,
    createRetainedStreamCombi: emptyStream,
    outgoingEnqueue: nothing,
    outgoingEnqueueCombi: nothing,
    outgoingUpdate: nothing,
    outgoingClearMessageId: ({ id }: Named, { messageId = 0 }: { messageId?: number }) =>
      kept.acknowledged(id, messageId),
    outgoingStream: emptyStream,
    incomingStorePacket: nothing,
    incomingGetPacket: () => Promise.reject(new Error('no packet is stored')),
    incomingDelPacket: nothing,
    cleanIncoming: nothing,
    putWill: nothing,
    delWill: nothing,
    streamWill: emptyStream,
    destroy: nothing,
  }
}
