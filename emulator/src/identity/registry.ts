import type { RecordChange } from './edge-devices.ts'
import { type Identity, identityKey } from './identity-id.ts'
import type { IdentityRecord } from './identity.ts'
import { identityChanges, readIdentities } from './identity-entries.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { SortedKeys } from '../store/sorted-keys.ts'
import { WriteQueue } from '../store/write-queue.ts'

/** During a write, `latest` is ahead of `committed`. Readers see only `committed`. */
interface Entry {
  committed: IdentityRecord | undefined
  latest: IdentityRecord | undefined
  writing: number
}

/**
 * Every identity of the hub, in memory and in the store. A request costs the same with 100 and with
 * 10,000 devices.
 */
export class Registry {
  readonly #entries = new Map<string, Entry>()
  readonly #devices = new SortedKeys()
  readonly #modules = new SortedKeys()
  readonly #queue: WriteQueue
  readonly #listeners = new Set<(record: IdentityRecord) => void>()
  #disabledDevices = 0
  #revision = 0

  private constructor(store: Store) {
    this.#queue = new WriteQueue(store)
  }

  static async load(store: Store): Promise<Registry> {
    const registry = new Registry(store)
    for await (const [, record] of readIdentities(store)) registry.#put(record)
    return registry
  }

  /** The store changes for whole records. */
  static changesFor(records: readonly IdentityRecord[]): StoreChange[] {
    return records.flatMap((record) => identityChanges(identityKey(record), undefined, record))
  }

  /** Every committed record, devices first. */
  all(): IdentityRecord[] {
    return [...this.devicesAfter(), ...this.modulesAfter()].map(([, record]) => record)
  }

  /** Replaces all records in memory. The caller has suspended the write queue. */
  replaceAll(records: readonly IdentityRecord[]): void {
    this.#entries.clear()
    this.#devices.clear()
    this.#modules.clear()
    this.#disabledDevices = 0
    this.#revision += 1
    for (const record of records) this.#put(record)
  }

  /** Grows with each committed change. */
  get revision(): number {
    return this.#revision
  }

  /** Calls a function with each record after it is added or changed. */
  onChange(listener: (record: IdentityRecord) => void): void {
    this.#listeners.add(listener)
  }

  get writes(): WriteQueue {
    return this.#queue
  }

  /** The committed record, which clients may see. */
  find(identity: Identity): IdentityRecord | undefined {
    return ifSameDevice(identity, this.#entries.get(identityKey(identity))?.committed)
  }

  /** The record that the next change builds on. The store may not have it yet. */
  latest(identity: Identity): IdentityRecord | undefined {
    return ifSameDevice(identity, this.#entries.get(identityKey(identity))?.latest)
  }

  /** The modules of a device, including modules that the store does not have yet. */
  latestModules(deviceId: string): IdentityRecord[] {
    return this.modulesOf(deviceId).flatMap((record) => this.latest(record) ?? [])
  }

  get deviceCount(): number {
    return this.#devices.size
  }

  get disabledDeviceCount(): number {
    return this.#disabledDevices
  }

  /** Committed devices after a key, in the order of keys. */
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
   * Makes changes that belong together. `latest` returns them at once, and `find` returns them when
   * the store has them. Then the promise resolves.
   *
   * @throws Refusal ServiceUnavailable when the store fails; then nothing has changed
   */
  write(changes: readonly RecordChange[]): Promise<void> {
    const pending = changes.map(({ identity, record }) => {
      const key = identityKey(identity)
      const entry = this.#entries.get(key) ?? { committed: undefined, latest: undefined, writing: 0 }
      this.#entries.set(key, entry)
      const stored = identityChanges(key, entry.latest, record)
      entry.latest = record
      entry.writing += 1
      return { key, entry, record, stored }
    })
    const storeChanges = pending.flatMap(({ stored }) => stored)
    return this.#queue.write(storeChanges, (isStored) => {
      for (const { key, entry, record } of pending) this.#settle(key, entry, record, isStored)
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
      if (record !== undefined) this.#index(record).add(key)
      else if (entry.committed !== undefined) this.#index(entry.committed).remove(key)
      this.#count(entry.committed, record)
      entry.committed = record
      this.#revision += 1
      if (record !== undefined) for (const listener of this.#listeners) listener(record)
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

/** A client may ask for a device `a/b`. That is not a legal ID, but the key of a module. */
function ifSameDevice(identity: Identity, record: IdentityRecord | undefined): IdentityRecord | undefined {
  return record?.deviceId === identity.deviceId ? record : undefined
}

function isDisabledDevice(record: IdentityRecord | undefined): boolean {
  return record?.moduleId === undefined && record?.status === 'disabled'
}
