import type { RecordChange } from './edge-devices.ts'
import { type Identity, identityKey } from './identity-id.ts'
import type { IdentityRecord } from './identity.ts'
import { identityChanges, readIdentities } from './identity-entries.ts'
import {
  beginChange,
  clearTable,
  committedWith,
  createIdentityTable,
  putRecord,
  settleChange,
} from './identity-table.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { type WriteQueue, createWriteQueue } from '../store/write-queue.ts'

/**
 * Every identity of the hub, in memory and in the store. A request costs the same with 100 and with
 * 10,000 devices.
 */
export interface Registry {
  /** Grows with each committed change. */
  readonly revision: number
  readonly deviceCount: number
  readonly disabledDeviceCount: number
  readonly writes: WriteQueue
  /** Every committed record, devices first. */
  all(): IdentityRecord[]
  /** The committed record, which clients may see. */
  find(identity: Identity): IdentityRecord | undefined
  /** The record that the next change builds on. The store may not have it yet. */
  latest(identity: Identity): IdentityRecord | undefined
  /** The modules of a device, including modules that the store does not have yet. */
  latestModules(deviceId: string): IdentityRecord[]
  /** Committed devices after a key, in the order of keys. */
  devicesAfter(key?: string): Iterable<readonly [key: string, record: IdentityRecord]>
  modulesAfter(key?: string): Iterable<readonly [key: string, record: IdentityRecord]>
  modulesOf(deviceId: string): IdentityRecord[]
  /**
   * Makes changes that belong together. `latest` returns them at once, and `find` returns them when
   * the store has them. Then the promise resolves.
   *
   * @throws Refusal ServiceUnavailable when the store fails; then nothing has changed
   */
  write(changes: readonly RecordChange[]): Promise<void>
  /** Resolves when every write has reached the store. */
  idle(): Promise<void>
  /** Calls a function with each record after it is added or changed. */
  onChange(listener: (record: IdentityRecord) => void): void
  /** The store changes for whole records. */
  changesFor(records: readonly IdentityRecord[]): StoreChange[]
  /** Replaces all records in memory. The caller has suspended the write queue. */
  replaceAll(records: readonly IdentityRecord[]): void
}

/** Loads every identity of a store. */
export async function openRegistry(store: Store): Promise<Registry> {
  const table = createIdentityTable()
  const writes = createWriteQueue(store)
  const listeners = new Set<(record: IdentityRecord) => void>()
  for await (const [, record] of readIdentities(store)) putRecord(table, record)

  const devicesAfter: Registry['devicesAfter'] = (key) => committedWith(table, table.devices.after(key))
  const modulesAfter: Registry['modulesAfter'] = (key) => committedWith(table, table.modules.after(key))
  const latest: Registry['latest'] = (identity) =>
    ifSameDevice(identity, table.entries.get(identityKey(identity))?.latest)
  const modulesOf: Registry['modulesOf'] = (deviceId) =>
    Array.from(committedWith(table, table.modules.startingWith(`${deviceId}/`)), ([, record]) => record)

  return {
    get revision() {
      return table.revision
    },
    get deviceCount() {
      return table.devices.size
    },
    get disabledDeviceCount() {
      return table.disabledDevices
    },
    writes,
    all: () => [...devicesAfter(), ...modulesAfter()].map(([, record]) => record),
    find: (identity) => ifSameDevice(identity, table.entries.get(identityKey(identity))?.committed),
    latest,
    latestModules: (deviceId) => modulesOf(deviceId).flatMap((record) => latest(record) ?? []),
    devicesAfter,
    modulesAfter,
    modulesOf,
    write(changes) {
      const pending = changes.map(({ identity, record }) => beginChange(table, identityKey(identity), record))
      const stored = pending.flatMap(({ key, before, record }) => identityChanges(key, before, record))
      return writes.write(stored, (isStored) => {
        for (const change of pending) {
          settleChange(table, change, isStored)
          const { record } = change
          if (isStored && record !== undefined) for (const listener of listeners) listener(record)
        }
      })
    },
    idle: () => writes.idle(),
    onChange: (listener) => void listeners.add(listener),
    changesFor: (records) => records.flatMap((record) => identityChanges(identityKey(record), undefined, record)),
    replaceAll(records) {
      clearTable(table)
      for (const record of records) putRecord(table, record)
    },
  }
}

/** A client may ask for a device `a/b`. That is not a valid ID, but it is the key of a module. */
function ifSameDevice(identity: Identity, record: IdentityRecord | undefined): IdentityRecord | undefined {
  return record?.deviceId === identity.deviceId ? record : undefined
}
