import { identityKey } from './identity-id.ts'
import type { IdentityRecord } from './identity.ts'
import { type SortedKeys, createSortedKeys } from '../store/sorted-keys.ts'

/** During a write, `latest` is ahead of `committed`. Readers see only `committed`. */
export interface Entry {
  committed: IdentityRecord | undefined
  latest: IdentityRecord | undefined
  /** The number of writes in progress. */
  writing: number
}

/** The identities in memory, by their keys. */
export interface IdentityTable {
  readonly entries: Map<string, Entry>
  /** The keys of the committed devices. */
  readonly devices: SortedKeys
  readonly modules: SortedKeys
  disabledDevices: number
  /** Grows with each committed change. */
  revision: number
}

/** A change of an identity that the store does not have yet. */
export interface PendingChange {
  readonly key: string
  readonly entry: Entry
  /** `undefined` for a removal. */
  readonly record: IdentityRecord | undefined
}

export function createIdentityTable(): IdentityTable {
  return {
    entries: new Map(),
    devices: createSortedKeys(),
    modules: createSortedKeys(),
    disabledDevices: 0,
    revision: 0,
  }
}

/** Removes all records. */
export function clearTable(table: IdentityTable): void {
  table.entries.clear()
  table.devices.clear()
  table.modules.clear()
  table.disabledDevices = 0
  table.revision += 1
}

/** Adds a record that the store has. */
export function putRecord(table: IdentityTable, record: IdentityRecord): void {
  const key = identityKey(record)
  table.entries.set(key, { committed: record, latest: record, writing: 0 })
  indexOf(table, record).add(key)
  countDisabled(table, undefined, record)
}

/** Sets the latest record. The caller writes it to the store, and then settles the change. */
export function beginChange(
  table: IdentityTable,
  key: string,
  record: IdentityRecord | undefined,
): PendingChange & { readonly before: IdentityRecord | undefined } {
  const entry = table.entries.get(key) ?? { committed: undefined, latest: undefined, writing: 0 }
  table.entries.set(key, entry)
  const before = entry.latest
  entry.latest = record
  entry.writing += 1
  return { key, entry, record, before }
}

/** Commits a change that is in the store, or reverts it. */
export function settleChange(table: IdentityTable, { key, entry, record }: PendingChange, isStored: boolean): void {
  entry.writing -= 1
  if (isStored) commit(table, key, entry, record)
  else entry.latest = entry.committed
  if (entry.writing === 0 && entry.latest === undefined) table.entries.delete(key)
}

function commit(table: IdentityTable, key: string, entry: Entry, record: IdentityRecord | undefined): void {
  if (record !== undefined) indexOf(table, record).add(key)
  else if (entry.committed !== undefined) indexOf(table, entry.committed).remove(key)
  countDisabled(table, entry.committed, record)
  entry.committed = record
  table.revision += 1
}

/** The committed records with these keys. */
export function* committedWith(
  table: IdentityTable,
  keys: Iterable<string>,
): Generator<readonly [key: string, record: IdentityRecord]> {
  for (const key of keys) {
    const record = table.entries.get(key)?.committed
    if (record !== undefined) yield [key, record]
  }
}

function indexOf({ devices, modules }: IdentityTable, { moduleId }: IdentityRecord): SortedKeys {
  return moduleId === undefined ? devices : modules
}

function countDisabled(
  table: IdentityTable,
  before: IdentityRecord | undefined,
  after: IdentityRecord | undefined,
): void {
  if (isDisabledDevice(before)) table.disabledDevices -= 1
  if (isDisabledDevice(after)) table.disabledDevices += 1
}

function isDisabledDevice(record: IdentityRecord | undefined): boolean {
  return record?.moduleId === undefined && record?.status === 'disabled'
}
