import { identityEtag } from '../formats/etag.ts'
import type { JsonObject } from '../formats/json.ts'
import { timestamp } from '../formats/timestamp.ts'
import type { ConfigurationRecord } from './configuration.ts'
import { parseContent } from './content.ts'
import { conditionOf } from './target.ts'

/** The results of the metrics of a configuration: a count for each name. */
export interface MetricResults {
  readonly system: Readonly<Record<string, number>>
  readonly custom: Readonly<Record<string, number>>
}

/**
 * A configuration in the format of REST. The fields are those of a response in the tests of
 * azure-iot-cli-extension (test_config_modules_show.json).
 */
export function configurationDocument(record: ConfigurationRecord, results: MetricResults): JsonObject {
  return {
    id: record.id,
    schemaVersion: record.schemaVersion,
    ...(record.labels === undefined ? {} : { labels: record.labels }),
    content: record.content,
    contentType: 'assignment',
    targetCondition: record.targetCondition,
    createdTimeUtc: timestamp(record.createdAt),
    lastUpdatedTimeUtc: timestamp(record.updatedAt),
    priority: record.priority,
    systemMetrics: { results: results.system, queries: systemQueries(record) },
    metrics: { results: results.custom, queries: record.metrics },
    etag: identityEtag(record.etag),
  }
}

/** The queries behind the system metrics. Clients run them to list the twins. */
function systemQueries({ id, content, targetCondition }: ConfigurationRecord): JsonObject {
  const { kind } = parseContent(content)
  const select =
    kind === 'deviceContent' ? 'select deviceId from devices' : 'select deviceId, moduleId from devices.modules'
  const condition = conditionOf(targetCondition, kind).trim()
  const where = condition === '*' ? '' : ` where ${condition}`
  return {
    targetedCount: condition === '' ? '' : `${select}${where}`,
    appliedCount: `${select} where configurations.[[${id}]].status = 'Applied'`,
  }
}
