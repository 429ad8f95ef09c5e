import type { JsonObject } from '../../protocol/json.ts'
import { copyReportedPatch } from '../../protocol/limits.ts'
import { createListStorage, type ListStorage, type ListStorageOptions } from '../../session/list-storage.ts'

/** Keeps unconfirmed reports over a restart. */
export type ReportStorage = ListStorage<JsonObject>

export function createReportStorage(options: Omit<ListStorageOptions<JsonObject>, 'name' | 'read'>): ReportStorage {
  const read = (patch: unknown, index: number): JsonObject => copyReportedPatch(patch, `reportStorage[${index}]`)
  return createListStorage({ ...options, name: 'reported', read })
}
