import { isJsonObject } from '../hub/json.ts'
import type { Registry, TwinDocument } from '../hub/registry.ts'
import { queryTwins } from '../hub/twins.ts'
import { explainCondition } from './condition-error.ts'

/**
 * Finds the twins of a rollout. A query's results may be minutes old (IoT Hub: query language), so
 * the query only selects the devices; their state comes from reading each twin.
 *
 * @param where a query condition, such as `tags.site = 'lab'`; without it, every device
 */
export async function findFleet(registry: Registry, where: string | undefined): Promise<readonly TwinDocument[]> {
  const twins: TwinDocument[] = []
  const start = `SELECT * FROM devices${where === undefined ? '' : ' WHERE '}`
  try {
    for await (const row of queryTwins(registry, `${start}${where ?? ''}`)) {
      if (!isJsonObject(row) || !isJsonObject(row['properties']))
        throw new SyntaxError(`--where ${where} finds no twins`)
      twins.push(row as unknown as TwinDocument)
    }
    return twins
  } catch (error) {
    throw explainCondition(error, where, start)
  }
}
