import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { type WriteQueue, createWriteQueue } from '../store/write-queue.ts'
import type { ConfigurationRecord } from './configuration.ts'

/** Every configuration of the hub, in memory and in the store. */
export interface Configurations {
  readonly size: number
  readonly writes: WriteQueue
  find(id: string): ConfigurationRecord | undefined
  /** Every configuration, oldest first. */
  all(): readonly ConfigurationRecord[]
  /**
   * Adds a configuration. Readers see it at once. Resolves when the store has it.
   *
   * @throws Refusal ConfigurationAlreadyExists, ConfigurationCountLimitExceeded,
   *   ServiceUnavailable
   */
  add(request: Omit<ConfigurationRecord, 'number'>, limit: number): Promise<ConfigurationRecord>
  /** Replaces a configuration that exists. @throws Refusal ServiceUnavailable */
  change(record: ConfigurationRecord): Promise<void>
  /** @throws Refusal ServiceUnavailable */
  remove(id: string): Promise<void>
  /** Resolves when every write has reached the store. */
  idle(): Promise<void>
  changesFor(records: readonly ConfigurationRecord[]): StoreChange[]
  /** Replaces all records in memory. The caller has suspended the write queue. */
  replaceAll(records: readonly ConfigurationRecord[]): void
}

const PREFIX = 'configuration/'

/** Loads every configuration of a store. */
export async function openConfigurations(store: Store): Promise<Configurations> {
  const records = new Map<string, ConfigurationRecord>()
  const writes = createWriteQueue(store)
  let lastNumber = 0

  function replaceAll(all: readonly ConfigurationRecord[]): void {
    records.clear()
    lastNumber = 0
    for (const record of all) {
      records.set(record.id, record)
      lastNumber = Math.max(lastNumber, record.number)
    }
  }

  function put(id: string, record: ConfigurationRecord | undefined): void {
    if (record === undefined) records.delete(id)
    else records.set(id, record)
  }

  async function set(id: string, record: ConfigurationRecord | undefined): Promise<void> {
    const before = records.get(id)
    put(id, record)
    try {
      await writes.write([{ key: PREFIX + id, value: record }])
    } catch (error) {
      if (records.get(id) === record) put(id, before)
      throw error
    }
  }

  const stored: ConfigurationRecord[] = []
  for await (const [, value] of store.entries(PREFIX)) stored.push(value as ConfigurationRecord)
  replaceAll(stored)

  return {
    get size() {
      return records.size
    },
    writes,
    find: (id) => records.get(id),
    all: () => [...records.values()].sort((one, other) => one.number - other.number),
    async add(request, limit) {
      const { id } = request
      if (records.has(id)) throw new Refusal('ConfigurationAlreadyExists', `There is already a configuration ${id}`)
      if (records.size >= limit) {
        throw new Refusal('ConfigurationCountLimitExceeded', `The hub already has ${limit} configurations, its maximum`)
      }
      // Not lower than the time, so that a restart does not use the number of a deleted
      // configuration again.
      lastNumber = Math.max(lastNumber + 1, request.createdAt)
      const record = { ...request, number: lastNumber }
      await set(id, record)
      return record
    },
    change: (record) => set(record.id, record),
    remove: (id) => set(id, undefined),
    idle: () => writes.idle(),
    changesFor: (all) => all.map((record) => ({ key: PREFIX + record.id, value: record })),
    replaceAll,
  }
}
