import { isJsonObject } from '../hub/json.ts'
import type { Registry, TwinDocument } from '../hub/registry.ts'
import { queryTwins } from '../hub/twins.ts'

/**
 * The twins that a rollout is for. What a query tells may be minutes old (IoT Hub: query language), so it says who, and reading a twin says what.
 *
 * @param where the condition of a query, such as `tags.site = 'lab'`; without it, every device
 */
export async function findFleet(registry: Registry, where: string | undefined): Promise<readonly TwinDocument[]> {
  const twins: TwinDocument[] = []
  const sql = where === undefined ? 'SELECT * FROM devices' : `SELECT * FROM devices WHERE ${where}`
  for await (const row of queryTwins(registry, sql)) {
    if (!isJsonObject(row) || !isJsonObject(row['properties'])) throw new SyntaxError(`--where ${where} finds no twins`)
    twins.push(row as unknown as TwinDocument)
  }
  return twins
}
