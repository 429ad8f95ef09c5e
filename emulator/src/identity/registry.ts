import type { Identity } from './identity-id.ts'
import { identityKey } from './identity-id.ts'
import type { IdentityRecord } from './identity.ts'
import { identityChanges, readIdentities } from './identity-entries.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { SortedKeys } from '../store/sorted-keys.ts'
import { WriteQueue } from '../store/write-queue.ts'

/** A record to be kept, or undefined where the identity goes away. */
export interface RecordChange {
  readonly identity: Identity
  readonly record: IdentityRecord | undefined
}

/** `latest` runs ahead of `committed` while a write is on its way. Readers see only what is committed. */
interface Entry {
  committed: IdentityRecord | undefined
  latest: IdentityRecord | undefined
  writing: number
}

/** Every identity of the hub, in memory and written through: a request costs the same with a hundred and with ten thousand devices. */
export class Registry {
  readonly #entries = new Map<string, Entry>()
  readonly #devices = new SortedKeys()
  readonly #modules = new SortedKeys()
  readonly #queue: WriteQueue
  #disabledDevices = 0

  private constructor(store: Store) {
    this.#queue = new WriteQueue(store)
  }

  static async load(store: Store): Promise<Registry> {
    const registry = new Registry(store)
    for await (const [, record] of readIdentities(store)) registry.#put(record)
    return registry
  }

  /** What is to be stored for these records. */
  static changesFor(records: readonly IdentityRecord[]): StoreChange[] {
    return records.flatMap((record) => identityChanges(identityKey(record), undefined, record))
  }

  /** Every committed record, devices first. */
  all(): IdentityRecord[] {
    return [...this.devicesAfter(), ...this.modulesAfter()].map(([, record]) => record)
  }

  /** The records take the place of all, in memory. Nothing may be on its way into the store: the queue is suspended. */
  replaceAll(records: readonly IdentityRecord[]): void {
    this.#entries.clear()
    this.#devices.clear()
    this.#modules.clear()
    this.#disabledDevices = 0
    for (const record of records) this.#put(record)
  }

  get writes(): WriteQueue {
    return this.#queue
  }

  /** What is committed: the only thing that anyone outside may be told. */
  find(identity: Identity): IdentityRecord | undefined {
    return own(identity, this.#entries.get(identityKey(identity))?.committed)
  }

  /** What the next change has to build on; it may not be committed yet. */
  latest(identity: Identity): IdentityRecord | undefined {
    return own(identity, this.#entries.get(identityKey(identity))?.latest)
  }

  /** The modules of a device, those on their way included. */
  latestModules(deviceId: string): IdentityRecord[] {
    return this.modulesOf(deviceId).flatMap((record) => this.latest(record) ?? [])
  }

  get deviceCount(): number {
    return this.#devices.size
  }

  get disabledDeviceCount(): number {
    return this.#disabledDevices
  }

  /** Committed records in the order of their keys, after a key. */
  *devicesAfter(key?: string): Generator<readonly [string, IdentityRecord]> {
    yield* this.#committed(this.#devices.after(key))
  }

  *modulesAfter(key?: string): Generator<readonly [string, IdentityRecord]> {
    yield* this.#committed(this.#modules.after(key))
  }

  modulesOf(deviceId: string): IdentityRecord[] {
    return Array.from(this.#committed(this.#modules.startingWith(`${deviceId}/`)), ([, record]) => record)
  }

  /**
   * Makes changes that belong together. They count for `latest` at once, for `find` when the store has them; the promise resolves then.
   *
   * @throws Refusal ServiceUnavailable where the store fails; then nothing has changed
   */
  write(changes: readonly RecordChange[]): Promise<void> {
    const touched = changes.map(({ identity, record }) => {
      const key = identityKey(identity)
      const entry = this.#entries.get(key) ?? { committed: undefined, latest: undefined, writing: 0 }
      this.#entries.set(key, entry)
      const stored = identityChanges(key, entry.latest, record)
      entry.latest = record
      entry.writing += 1
      return { key, entry, record, stored }
    })
    const storeChanges = touched.flatMap(({ stored }) => stored)
    return this.#queue.write(storeChanges, (isStored) => {
      for (const { key, entry, record } of touched) this.#settle(key, entry, record, isStored)
    })
  }

  /** Resolves when every write has reached the store. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  #put(record: IdentityRecord): void {
    const key = identityKey(record)
    this.#entries.set(key, { committed: record, latest: record, writing: 0 })
    this.#index(record).add(key)
    this.#count(undefined, record)
  }

  #settle(key: string, entry: Entry, record: IdentityRecord | undefined, isStored: boolean): void {
    entry.writing -= 1
    if (!isStored) {
      entry.latest = entry.committed
    } else {
      if (record !== undefined && entry.committed === undefined) this.#index(record).add(key)
      if (record === undefined && entry.committed !== undefined) this.#index(entry.committed).remove(key)
      this.#count(entry.committed, record)
      entry.committed = record
    }
    if (entry.writing === 0 && entry.latest === undefined) this.#entries.delete(key)
  }

  #count(before: IdentityRecord | undefined, after: IdentityRecord | undefined): void {
    if (isDisabledDevice(before)) this.#disabledDevices -= 1
    if (isDisabledDevice(after)) this.#disabledDevices += 1
  }

  *#committed(keys: Iterable<string>): Generator<readonly [string, IdentityRecord]> {
    for (const key of keys) {
      const record = this.#entries.get(key)?.committed
      if (record !== undefined) yield [key, record]
    }
  }

  #index(record: IdentityRecord): SortedKeys {
    return record.moduleId === undefined ? this.#devices : this.#modules
  }
}

/** A caller may ask for a device called `a/b`, which is no legal id but the key of a module. */
function own(identity: Identity, record: IdentityRecord | undefined): IdentityRecord | undefined {
  return record?.deviceId === identity.deviceId ? record : undefined
}

function isDisabledDevice(record: IdentityRecord | undefined): boolean {
  return record?.moduleId === undefined && record?.status === 'disabled'
}
