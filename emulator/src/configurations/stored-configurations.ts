import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { WriteQueue } from '../store/write-queue.ts'
import type { ConfigurationRecord } from './configuration.ts'

const PREFIX = 'configuration/'

/** Every configuration of the hub, in memory and in the store. */
export class Configurations {
  readonly #records = new Map<string, ConfigurationRecord>()
  readonly #queue: WriteQueue
  #lastNumber = 0

  private constructor(store: Store) {
    this.#queue = new WriteQueue(store)
  }

  static async load(store: Store): Promise<Configurations> {
    const configurations = new Configurations(store)
    const records: ConfigurationRecord[] = []
    for await (const [, value] of store.entries(PREFIX)) records.push(value as ConfigurationRecord)
    configurations.replaceAll(records)
    return configurations
  }

  static changesFor(records: readonly ConfigurationRecord[]): StoreChange[] {
    return records.map((record) => ({ key: PREFIX + record.id, value: record }))
  }

  /** Replaces all records in memory. The caller has suspended the write queue. */
  replaceAll(records: readonly ConfigurationRecord[]): void {
    this.#records.clear()
    this.#lastNumber = 0
    for (const record of records) {
      this.#records.set(record.id, record)
      this.#lastNumber = Math.max(this.#lastNumber, record.number)
    }
  }

  get writes(): WriteQueue {
    return this.#queue
  }

  get size(): number {
    return this.#records.size
  }

  find(id: string): ConfigurationRecord | undefined {
    return this.#records.get(id)
  }

  /** Every configuration, oldest first. */
  all(): readonly ConfigurationRecord[] {
    return [...this.#records.values()].sort((one, other) => one.number - other.number)
  }

  /**
   * Adds a configuration. Readers see it at once. Resolves when the store has it.
   *
   * @throws Refusal ConfigurationAlreadyExists, ConfigurationCountLimitExceeded,
   *   ServiceUnavailable
   */
  async add(request: Omit<ConfigurationRecord, 'number'>, limit: number): Promise<ConfigurationRecord> {
    const { id } = request
    if (this.#records.has(id)) throw new Refusal('ConfigurationAlreadyExists', `There is already a configuration ${id}`)
    if (this.#records.size >= limit) {
      throw new Refusal(
        'ConfigurationCountLimitExceeded',
        `The hub has ${limit} configurations, the most that it may have`,
      )
    }
    // Not lower than the time, so that a restart does not use the number of a deleted configuration
    // again.
    this.#lastNumber = Math.max(this.#lastNumber + 1, request.createdAt)
    const record = { ...request, number: this.#lastNumber }
    await this.#set(id, record)
    return record
  }

  /** Replaces a configuration that exists. @throws Refusal ServiceUnavailable */
  change(record: ConfigurationRecord): Promise<void> {
    return this.#set(record.id, record)
  }

  /** @throws Refusal ServiceUnavailable */
  remove(id: string): Promise<void> {
    return this.#set(id, undefined)
  }

  /** Resolves when every write has reached the store. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  async #set(id: string, record: ConfigurationRecord | undefined): Promise<void> {
    const before = this.#records.get(id)
    this.#put(id, record)
    try {
      await this.#queue.write([{ key: PREFIX + id, value: record }])
    } catch (error) {
      if (this.#records.get(id) === record) this.#put(id, before)
      throw error
    }
  }

  #put(id: string, record: ConfigurationRecord | undefined): void {
    if (record === undefined) this.#records.delete(id)
    else this.#records.set(id, record)
  }
}
