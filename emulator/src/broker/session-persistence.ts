import { Readable } from 'node:stream'
import type { Subscription } from '../rules/identity.ts'

/** A subscription as aedes wants it back. */
interface StoredSubscription {
  readonly topic: string
  readonly qos: 0 | 1
}

/**
 * What aedes asks a persistence for, answered from the hub's own records: the subscriptions of an identity. Nothing else is kept: IoT Hub
 * stores no retained message, and everything that this hub sends is QoS 0.
 */
export interface SessionPersistence {
  [operation: string]: unknown
}

interface Named {
  readonly id: string
}

/** The subscriptions that an identity has kept since an earlier session; the client id is the key of the identity. */
export interface KeptSubscriptions {
  read(clientId: string): readonly Subscription[]
  remove(clientId: string, filters: readonly string[]): Promise<void>
  clear(clientId: string): Promise<void>
}

export function sessionPersistence(kept: KeptSubscriptions): SessionPersistence {
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
    outgoingClearMessageId: nothing,
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
