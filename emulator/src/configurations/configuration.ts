import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '../errors/refusal.ts'
import { type Json, type JsonObject, isInteger, isObject, property } from '../formats/json.ts'
import { parseContent } from './content.ts'
import { checkMetrics, parseTarget } from './target.ts'

/** An automatic configuration as the hub stores it (docs/protocol/configurations.md §1). */
export interface ConfigurationRecord {
  readonly id: string
  /** The sequence number among the configurations of this hub. */
  readonly number: number
  /** Counts the changes. */
  readonly etag: number
  readonly schemaVersion: string
  readonly labels?: JsonObject
  readonly content: JsonObject
  readonly targetCondition: string
  readonly priority: number
  /** The custom metrics: a query for each name. */
  readonly metrics: Readonly<Record<string, string>>
  /** Milliseconds since 1970 by the hub's clock. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** A parsed request. A field that the request omits is undefined. */
export interface ConfigurationRequest {
  readonly schemaVersion: string | undefined
  readonly labels: JsonObject | undefined
  readonly content: JsonObject | undefined
  readonly targetCondition: string | undefined
  readonly priority: number | undefined
  readonly metrics: Readonly<Record<string, string>> | undefined
}

/**
 * The documents name lowercase letters, `-+%_*!'`, and at most 128 characters (IoT Hub: automatic
 * device management). The IDs in their examples also have digits, and azure-iothub adds `:`.
 */
const LEGAL_ID = /^[a-z0-9\-:+%_*!']{1,128}$/

/** azure-iothub 1.16.6, dist/configuration.d.ts: keys and values of labels. */
const LEGAL_LABEL = /^[A-Za-z0-9\-:.+%_#*?!(),=@;']{1,128}$/

const MAX_PRIORITY = 2 ** 31 - 1

/**
 * Parses the body of `PUT /configurations/{id}`. It ignores the fields that only the hub writes,
 * because clients send whole documents back.
 *
 * @throws Refusal ArgumentInvalid
 */
export function parseConfigurationRequest(id: string, body: Json): ConfigurationRequest {
  if (!LEGAL_ID.test(id)) {
    throw refused("id must be 1 to 128 lowercase letters, digits, and the characters - : + % _ * ! '")
  }
  if (!isObject(body)) throw refused('The body must be a JSON object')
  if (fieldOf(body, 'id') !== undefined && body['id'] !== id) {
    throw refused('id in the body must be the same as in the address')
  }
  return {
    schemaVersion: parseText('schemaVersion', fieldOf(body, 'schemaVersion')),
    labels: parseLabels(fieldOf(body, 'labels')),
    content: parseObject('content', fieldOf(body, 'content')),
    targetCondition: parseText('targetCondition', fieldOf(body, 'targetCondition')),
    priority: parsePriority(fieldOf(body, 'priority')),
    metrics: parseQueries(parseObject('metrics', fieldOf(body, 'metrics'))),
  }
}

/**
 * A new configuration. Without a target condition it targets no twin.
 *
 * @throws Refusal InvalidConfigurationContent, InvalidConfigurationTargetCondition,
 *   InvalidConfigurationCustomMetricsQuery, NotImplemented for a deployment of IoT Edge modules
 */
export function newConfiguration(
  id: string,
  request: ConfigurationRequest,
  now: number,
): Omit<ConfigurationRecord, 'number'> {
  const record = {
    id,
    etag: 1,
    schemaVersion: request.schemaVersion ?? '1.0',
    ...(request.labels === undefined ? {} : { labels: request.labels }),
    content: withoutNulls(request.content ?? {}),
    targetCondition: request.targetCondition ?? '',
    priority: request.priority ?? 0,
    metrics: request.metrics ?? {},
    createdAt: now,
    updatedAt: now,
  }
  checkConfiguration(record)
  return record
}

/**
 * A configuration after an update. Labels, target condition, priority, and metrics can change; the
 * content cannot (IoT Hub REST: Configuration - Create Or Update).
 *
 * @throws Refusal CannotModifyImmutableConfigurationContent, or like `newConfiguration`
 */
export function updatedConfiguration(
  before: ConfigurationRecord,
  request: ConfigurationRequest,
  now: number,
): ConfigurationRecord {
  const { content, labels } = request
  if (content !== undefined && !isDeepStrictEqual(withoutNulls(content), before.content)) {
    throw new Refusal(
      'CannotModifyImmutableConfigurationContent',
      `The content of ${before.id} cannot change; add another configuration with a higher priority`,
    )
  }
  const record = {
    ...before,
    ...(labels === undefined ? {} : { labels }),
    etag: before.etag + 1,
    schemaVersion: request.schemaVersion ?? before.schemaVersion,
    targetCondition: request.targetCondition ?? before.targetCondition,
    priority: request.priority ?? before.priority,
    metrics: request.metrics ?? before.metrics,
    updatedAt: now,
  }
  checkConfiguration(record)
  return record
}

/** Checks the parts that the hub reads later. @throws Refusal like `newConfiguration` */
export function checkConfiguration({
  content,
  targetCondition,
  metrics,
}: Pick<ConfigurationRecord, 'content' | 'targetCondition' | 'metrics'>): void {
  const { kind } = parseContent(content)
  parseTarget(targetCondition, kind)
  checkMetrics(metrics)
}

/** The value of a field, or undefined. Clients send null for a field without a value. */
function fieldOf(body: JsonObject, name: string): Json | undefined {
  return property(body, name) ?? undefined
}

function withoutNulls(content: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null))
}

function parseText(name: string, value: Json | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw refused(`${name} must be a string`)
}

function parseObject(name: string, value: Json | undefined): JsonObject | undefined {
  if (value === undefined || isObject(value)) return value
  throw refused(`${name} must be an object`)
}

function parsePriority(value: Json | undefined): number | undefined {
  if (value === undefined) return undefined
  if (isInteger(value) && value >= 0 && value <= MAX_PRIORITY) return value
  throw refused(`priority must be a whole number from 0 to ${MAX_PRIORITY}`)
}

function parseLabels(value: Json | undefined): JsonObject | undefined {
  const labels = parseObject('labels', value)
  for (const [key, label] of Object.entries(labels ?? {})) {
    if (!LEGAL_LABEL.test(key) || typeof label !== 'string' || !LEGAL_LABEL.test(label)) {
      throw refused(
        "labels must have keys and values of 1 to 128 letters, digits, and - : . + % _ # * ? ! ( ) , = @ ; '",
      )
    }
  }
  return labels
}

function parseQueries(metrics: JsonObject | undefined): Readonly<Record<string, string>> | undefined {
  if (metrics === undefined) return undefined
  const queries = parseObject('metrics.queries', fieldOf(metrics, 'queries')) ?? {}
  for (const query of Object.values(queries)) {
    if (typeof query !== 'string') throw refused('metrics.queries must have a string with a query for each name')
  }
  return queries as Record<string, string>
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
