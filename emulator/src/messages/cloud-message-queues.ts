import type { CloudMessage } from './cloud-message.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { type WriteQueue, createWriteQueue } from '../store/write-queue.ts'

/**
 * The owner of a queue. The generation ID distinguishes a device from a deleted one of the same
 * name.
 */
export interface Owner {
  readonly deviceId: string
  readonly generationId: string
}

/** The queues of cloud-to-device messages, in memory and in the store, a record per message. */
export interface CloudMessageQueues {
  readonly writes: WriteQueue
  /** The owners of waiting messages. */
  owners(): Owner[]
  /** The stored messages, oldest first. */
  read(owner: Owner): readonly CloudMessage[]
  /** The number of messages, including those that the store has not confirmed. */
  depth(owner: Owner): number
  lastSequenceNumber(owner: Owner): number
  /**
   * Adds a message. It becomes visible when the store has confirmed it.
   *
   * @throws Refusal ServiceUnavailable if the store fails
   */
  append(owner: Owner, message: CloudMessage): Promise<void>
  /** Replaces a message, for readers at once. */
  replace(owner: Owner, message: CloudMessage): Promise<void>
  /**
   * Removes messages, for readers at once. If the store fails, the hub delivers a message again
   * after a restart, which QoS 1 allows.
   */
  remove(owner: Owner, sequenceNumbers: readonly number[]): Promise<void>
  /** Removes the queue of a deleted device. */
  forget(owner: Owner): Promise<void>
  /** Resolves when the store has confirmed every write. */
  idle(): Promise<void>
  /** The store changes that write the messages of an owner. */
  changesFor(owner: Owner, messages: readonly CloudMessage[]): StoreChange[]
  /** Replaces all messages in memory. The write queue must be suspended, without pending writes. */
  replaceAll(all: Iterable<readonly [owner: Owner, messages: readonly CloudMessage[]]>): void
}

interface Queue {
  readonly owner: Owner
  messages: readonly CloudMessage[]
  /** The number of messages that the store has not confirmed. */
  arriving: number
  lastSequenceNumber: number
}

const PREFIX = 'message/'

/**
 * Loads every queue of a store.
 *
 * @param isOwner false for a deleted device, whose messages are removed
 */
export async function openCloudMessageQueues(
  store: Store,
  isOwner: (owner: Owner) => boolean,
): Promise<CloudMessageQueues> {
  const queues = new Map<string, Queue>()
  const writes = createWriteQueue(store)

  const orphans: StoreChange[] = []
  for await (const [key, value] of store.entries(PREFIX)) {
    const [deviceId = '', generationId = ''] = key.slice(PREFIX.length).split('/')
    if (isOwner({ deviceId, generationId })) addStored(queues, { deviceId, generationId }, value as CloudMessage)
    else orphans.push({ key, value: undefined })
  }
  if (orphans.length > 0) await store.write(orphans)

  const write = (owner: Owner, numbers: readonly number[], value: CloudMessage | undefined): Promise<void> =>
    writes.write(numbers.map((number) => ({ key: keyOf(owner, number), value })))

  const read: CloudMessageQueues['read'] = (owner) => queues.get(queueKey(owner))?.messages ?? []

  async function append(owner: Owner, message: CloudMessage): Promise<void> {
    const queue = queueOf(queues, owner)
    queue.arriving += 1
    queue.lastSequenceNumber = message.sequenceNumber
    try {
      await write(owner, [message.sequenceNumber], message)
      queue.messages = [...queue.messages, message]
    } finally {
      queue.arriving -= 1
    }
  }

  async function remove(owner: Owner, sequenceNumbers: readonly number[]): Promise<void> {
    if (sequenceNumbers.length === 0) return
    const queue = queueOf(queues, owner)
    queue.messages = queue.messages.filter(({ sequenceNumber }) => !sequenceNumbers.includes(sequenceNumber))
    await write(owner, sequenceNumbers, undefined)
  }

  return {
    writes,
    owners: () => Array.from(queues.values()).flatMap(({ owner, messages }) => (messages.length > 0 ? [owner] : [])),
    read,
    depth(owner) {
      const queue = queues.get(queueKey(owner))
      return queue === undefined ? 0 : queue.messages.length + queue.arriving
    },
    lastSequenceNumber: (owner) => queues.get(queueKey(owner))?.lastSequenceNumber ?? 0,
    append,
    async replace(owner, message) {
      const queue = queueOf(queues, owner)
      queue.messages = queue.messages.map((each) => (each.sequenceNumber === message.sequenceNumber ? message : each))
      await write(owner, [message.sequenceNumber], message)
    },
    remove,
    async forget(owner) {
      const numbers = read(owner).map(({ sequenceNumber }) => sequenceNumber)
      await remove(owner, numbers)
      queues.delete(queueKey(owner))
    },
    idle: () => writes.idle(),
    changesFor: (owner, messages) =>
      messages.map((message) => ({ key: keyOf(owner, message.sequenceNumber), value: message })),
    replaceAll(all) {
      queues.clear()
      for (const [owner, messages] of all) for (const message of messages) addStored(queues, owner, message)
    },
  }
}

function addStored(queues: Map<string, Queue>, owner: Owner, message: CloudMessage): void {
  const queue = queueOf(queues, owner)
  queue.messages = [...queue.messages, message]
  queue.lastSequenceNumber = message.sequenceNumber
}

function queueOf(queues: Map<string, Queue>, owner: Owner): Queue {
  const key = queueKey(owner)
  const queue = queues.get(key) ?? { owner, messages: [], arriving: 0, lastSequenceNumber: 0 }
  queues.set(key, queue)
  return queue
}

/** Padded, so that the order of keys is the order of numbers. */
function keyOf(owner: Owner, sequenceNumber: number): string {
  return `${PREFIX}${queueKey(owner)}/${String(sequenceNumber).padStart(16, '0')}`
}

function queueKey({ deviceId, generationId }: Owner): string {
  return `${deviceId}/${generationId}`
}
