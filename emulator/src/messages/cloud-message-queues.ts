import type { CloudMessage } from './cloud-message.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { WriteQueue } from '../store/write-queue.ts'

/** Whose queue it is. The generation tells a device from one of the same name that was deleted. */
export interface Owner {
  readonly deviceId: string
  readonly generationId: string
}

interface Queue {
  readonly owner: Owner
  messages: readonly CloudMessage[]
  /** Those on their way into the store. */
  arriving: number
  lastSequenceNumber: number
}

const prefix = 'message/'

/** The cloud-to-device messages that wait, in memory and written through, one record each. */
export class CloudMessageQueues {
  readonly #queues = new Map<string, Queue>()
  readonly #writes: WriteQueue

  private constructor(store: Store) {
    this.#writes = new WriteQueue(store)
  }

  /** @param isOwner messages of whoever else are left over from a device that is gone */
  static async load(store: Store, isOwner: (owner: Owner) => boolean): Promise<CloudMessageQueues> {
    const queues = new CloudMessageQueues(store)
    const orphans: StoreChange[] = []
    for await (const [key, value] of store.entries(prefix)) {
      const [deviceId = '', generationId = ''] = key.slice(prefix.length).split('/')
      if (isOwner({ deviceId, generationId })) queues.#add({ deviceId, generationId }, value as CloudMessage)
      else orphans.push({ key, value: undefined })
    }
    if (orphans.length > 0) await store.write(orphans)
    return queues
  }

  /** What is to be stored for the messages of an owner. */
  static changesFor(owner: Owner, messages: readonly CloudMessage[]): StoreChange[] {
    return messages.map((message) => ({ key: keyOf(owner, message.sequenceNumber), value: message }))
  }

  /** The messages take the place of all, in memory. Nothing may be on its way into the store: the queue is suspended. */
  replaceAll(all: Iterable<readonly [owner: Owner, messages: readonly CloudMessage[]]>): void {
    this.#queues.clear()
    for (const [owner, messages] of all) for (const message of messages) this.#add(owner, message)
  }

  get writes(): WriteQueue {
    return this.#writes
  }

  /** Who has messages that wait. */
  owners(): Owner[] {
    return Array.from(this.#queues.values()).flatMap(({ owner, messages }) => (messages.length > 0 ? [owner] : []))
  }

  /** What is stored, first in first. */
  read(owner: Owner): readonly CloudMessage[] {
    return this.#queues.get(queueKey(owner))?.messages ?? []
  }

  /** How many there are, those on their way into the store included. */
  depth(owner: Owner): number {
    const queue = this.#queues.get(queueKey(owner))
    return queue === undefined ? 0 : queue.messages.length + queue.arriving
  }

  lastSequenceNumber(owner: Owner): number {
    return this.#queues.get(queueKey(owner))?.lastSequenceNumber ?? 0
  }

  /** Resolves when the store has it; before that nobody sees it. @throws Refusal ServiceUnavailable where the store fails */
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

  /** Counts for readers at once. */
  async replace(owner: Owner, message: CloudMessage): Promise<void> {
    const queue = this.#queueOf(owner)
    queue.messages = queue.messages.map((each) => (each.sequenceNumber === message.sequenceNumber ? message : each))
    await this.#write(owner, [message.sequenceNumber], message)
  }

  /** Counts for readers at once: a message that comes back after a failure is only delivered twice. */
  async remove(owner: Owner, sequenceNumbers: readonly number[]): Promise<void> {
    if (sequenceNumbers.length === 0) return
    const queue = this.#queueOf(owner)
    queue.messages = queue.messages.filter(({ sequenceNumber }) => !sequenceNumbers.includes(sequenceNumber))
    await this.#write(owner, sequenceNumbers, undefined)
  }

  /** The device is gone. */
  async forget(owner: Owner): Promise<void> {
    const numbers = this.read(owner).map(({ sequenceNumber }) => sequenceNumber)
    await this.remove(owner, numbers)
    this.#queues.delete(queueKey(owner))
  }

  /** Resolves when every write has reached the store. */
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

/** With digits enough to keep the order of numbers in the order of keys. */
function keyOf(owner: Owner, sequenceNumber: number): string {
  return `${prefix}${queueKey(owner)}/${String(sequenceNumber).padStart(16, '0')}`
}

function queueKey({ deviceId, generationId }: Owner): string {
  return `${deviceId}/${generationId}`
}
