import type { CloudMessage } from './cloud-message.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { WriteQueue } from '../store/write-queue.ts'

/**
 * The owner of a queue. The generation ID distinguishes a device from a deleted one of the same
 * name.
 */
export interface Owner {
  readonly deviceId: string
  readonly generationId: string
}

interface Queue {
  readonly owner: Owner
  messages: readonly CloudMessage[]
  /** The number of messages that the store has not confirmed. */
  arriving: number
  lastSequenceNumber: number
}

const PREFIX = 'message/'

/** The queues of cloud-to-device messages, in memory and in the store, a record per message. */
export class CloudMessageQueues {
  readonly #queues = new Map<string, Queue>()
  readonly #writes: WriteQueue

  private constructor(store: Store) {
    this.#writes = new WriteQueue(store)
  }

  /** @param isOwner false for a deleted device, whose messages are removed */
  static async load(store: Store, isOwner: (owner: Owner) => boolean): Promise<CloudMessageQueues> {
    const queues = new CloudMessageQueues(store)
    const orphans: StoreChange[] = []
    for await (const [key, value] of store.entries(PREFIX)) {
      const [deviceId = '', generationId = ''] = key.slice(PREFIX.length).split('/')
      if (isOwner({ deviceId, generationId })) queues.#add({ deviceId, generationId }, value as CloudMessage)
      else orphans.push({ key, value: undefined })
    }
    if (orphans.length > 0) await store.write(orphans)
    return queues
  }

  /** The store changes that write the messages of an owner. */
  static changesFor(owner: Owner, messages: readonly CloudMessage[]): StoreChange[] {
    return messages.map((message) => ({ key: keyOf(owner, message.sequenceNumber), value: message }))
  }

  /** Replaces all messages in memory. The write queue must be suspended, without pending writes. */
  replaceAll(all: Iterable<readonly [owner: Owner, messages: readonly CloudMessage[]]>): void {
    this.#queues.clear()
    for (const [owner, messages] of all) for (const message of messages) this.#add(owner, message)
  }

  get writes(): WriteQueue {
    return this.#writes
  }

  /** The owners of waiting messages. */
  owners(): Owner[] {
    return Array.from(this.#queues.values()).flatMap(({ owner, messages }) => (messages.length > 0 ? [owner] : []))
  }

  /** The stored messages, oldest first. */
  read(owner: Owner): readonly CloudMessage[] {
    return this.#queues.get(queueKey(owner))?.messages ?? []
  }

  /** The number of messages, including those that the store has not confirmed. */
  depth(owner: Owner): number {
    const queue = this.#queues.get(queueKey(owner))
    return queue === undefined ? 0 : queue.messages.length + queue.arriving
  }

  lastSequenceNumber(owner: Owner): number {
    return this.#queues.get(queueKey(owner))?.lastSequenceNumber ?? 0
  }

  /**
   * Adds a message. It becomes visible when the store has confirmed it.
   *
   * @throws Refusal ServiceUnavailable if the store fails
   */
  async append(owner: Owner, message: CloudMessage): Promise<void> {
    const queue = this.#queueOf(owner)
    queue.arriving += 1
    queue.lastSequenceNumber = message.sequenceNumber
    try {
      await this.#write(owner, [message.sequenceNumber], message)
      queue.messages = [...queue.messages, message]
    } finally {
      queue.arriving -= 1
    }
  }

  /** Replaces a message, for readers at once. */
  async replace(owner: Owner, message: CloudMessage): Promise<void> {
    const queue = this.#queueOf(owner)
    queue.messages = queue.messages.map((each) => (each.sequenceNumber === message.sequenceNumber ? message : each))
    await this.#write(owner, [message.sequenceNumber], message)
  }

  /**
   * Removes messages, for readers at once. If the store fails, the hub delivers a message again
   * after a restart, which QoS 1 allows.
   */
  async remove(owner: Owner, sequenceNumbers: readonly number[]): Promise<void> {
    if (sequenceNumbers.length === 0) return
    const queue = this.#queueOf(owner)
    queue.messages = queue.messages.filter(({ sequenceNumber }) => !sequenceNumbers.includes(sequenceNumber))
    await this.#write(owner, sequenceNumbers, undefined)
  }

  /** Removes the queue of a deleted device. */
  async forget(owner: Owner): Promise<void> {
    const numbers = this.read(owner).map(({ sequenceNumber }) => sequenceNumber)
    await this.remove(owner, numbers)
    this.#queues.delete(queueKey(owner))
  }

  /** Resolves when the store has confirmed every write. */
  idle(): Promise<void> {
    return this.#writes.idle()
  }

  #add(owner: Owner, message: CloudMessage): void {
    const queue = this.#queueOf(owner)
    queue.messages = [...queue.messages, message]
    queue.lastSequenceNumber = message.sequenceNumber
  }

  #queueOf(owner: Owner): Queue {
    const key = queueKey(owner)
    const queue = this.#queues.get(key) ?? { owner, messages: [], arriving: 0, lastSequenceNumber: 0 }
    this.#queues.set(key, queue)
    return queue
  }

  #write(owner: Owner, sequenceNumbers: readonly number[], value: CloudMessage | undefined): Promise<void> {
    return this.#writes.write(sequenceNumbers.map((number) => ({ key: keyOf(owner, number), value })))
  }
}

/** Padded, so that the order of keys is the order of numbers. */
function keyOf(owner: Owner, sequenceNumber: number): string {
  return `${PREFIX}${queueKey(owner)}/${String(sequenceNumber).padStart(16, '0')}`
}

function queueKey({ deviceId, generationId }: Owner): string {
  return `${deviceId}/${generationId}`
}
