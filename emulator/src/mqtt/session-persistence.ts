import { Readable } from 'node:stream'
import type { Context } from '../hub/context.ts'
import { identityOf, type Identity } from '../identity/identity-id.ts'
import type { Subscription } from '../identity/identity.ts'
import { keepSubscriptions } from './presence.ts'

/** A subscription in the form of aedes. */
interface StoredSubscription {
  readonly topic: string
  readonly qos: 0 | 1
}

/**
 * The port of aedes to its persistence, on top of the hub's records. The hub keeps the
 * subscriptions of an identity and nothing else: IoT Hub stores no retained messages,
 * cloud-to-device messages have their own queue, and all other messages to a device have QoS 0.
 */
export interface SessionPersistence {
  [operation: string]: unknown
}

interface Named {
  readonly id: string
}

/** The state of an identity between its sessions. The client ID is the identity's key. */
export interface KeptSession {
  read(clientId: string): readonly Subscription[]
  remove(clientId: string, filters: readonly string[]): Promise<void>
  clear(clientId: string): Promise<void>
}

export function createKeptSession(context: Context): KeptSession {
  const read = (clientId: string): readonly Subscription[] =>
    context.registry.latest(identityOfClient(clientId))?.subscriptions ?? []
  return {
    read,
    remove(clientId, filters) {
      const rest = read(clientId).filter(({ filter }) => !filters.includes(filter))
      return keepSubscriptions(context, identityOfClient(clientId), rest)
    },
    clear: (clientId) => keepSubscriptions(context, identityOfClient(clientId), []),
  }
}

function identityOfClient(clientId: string): Identity {
  const [deviceId = '', moduleId] = clientId.split('/')
  return identityOf(deviceId, moduleId)
}

/**
 * @param handlePuback handles a PUBACK of a client: at this point, aedes deletes the message from
 * its own store
 */
export function sessionPersistence(
  kept: KeptSession,
  handlePuback: (client: object, packetId: number) => Promise<void>,
): SessionPersistence {
  const nothing = async (): Promise<void> => {}
  const emptyStream = (): Readable => Readable.from([])
  return {
    setup: nothing,
    subscriptionsByClient: async ({ id }: Named): Promise<StoredSubscription[]> =>
      kept.read(id).map(({ filter, qos }) => ({ topic: filter, qos })),
    // The hub stores a subscription when it grants it, before SUBACK.
    addSubscriptions: nothing,
    removeSubscriptions: ({ id }: Named, filters: readonly string[]) => kept.remove(id, filters),
    cleanSubscriptions: ({ id }: Named) => kept.clear(id),
    subscriptionsByTopic: async () => [],
    storeRetained: nothing,
    createRetainedStreamCombi: emptyStream,
    outgoingEnqueue: nothing,
    outgoingEnqueueCombi: nothing,
    outgoingUpdate: nothing,
    outgoingClearMessageId: (client: Named, { messageId = 0 }: { messageId?: number }) =>
      handlePuback(client, messageId),
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
