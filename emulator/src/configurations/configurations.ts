import { Refusal } from '../errors/refusal.ts'
import type { ConfigurationChanged } from '../events/hub-event.ts'
import { identityEtag, ifMatchHolds } from '../formats/etag.ts'
import { type Json, type JsonObject, isObject, property } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { missing } from '../identity/not-registered.ts'
import { configurationDocument } from './configuration-document.ts'
import {
  type ConfigurationRecord,
  newConfiguration,
  parseConfigurationRequest,
  updatedConfiguration,
} from './configuration.ts'
import { parseContent } from './content.ts'
import { checkMetric, parseTarget } from './target.ts'

/** @throws Refusal ConfigurationNotFound */
export function readConfiguration(context: Context, id: string): JsonObject {
  return documentOf(context, existing(context, id))
}

/** The configurations, the most recent first. @param top how many, at most */
export function listConfigurations(context: Context, top: number = Infinity): JsonObject[] {
  const newest = [...context.configurations.all()].sort((one, other) => other.number - one.number)
  return newest.slice(0, Math.min(top, newest.length)).map((record) => documentOf(context, record))
}

/**
 * Adds a configuration, or updates it if the request has an etag (IoT Hub REST: Configuration -
 * Create Or Update).
 *
 * @returns the document, and whether the configuration is new
 * @throws Refusal ConfigurationAlreadyExists, ConfigurationNotFound, PreconditionFailed,
 *   ConfigurationCountLimitExceeded, or a refusal of its parts
 */
export async function putConfiguration(
  context: Context,
  id: string,
  body: Json,
  ifMatch: string | undefined,
): Promise<{ readonly isNew: boolean; readonly document: JsonObject }> {
  const request = parseConfigurationRequest(id, body)
  const now = context.clock()
  if (ifMatch === undefined) {
    const { configurations, maxConfigurations } = context
    if (configurations.find(id) !== undefined) {
      throw new Refusal(
        'ConfigurationAlreadyExists',
        `There is already a configuration ${id}; an update needs the header If-Match`,
      )
    }
    const record = await configurations.add(newConfiguration(id, request, now), maxConfigurations)
    return { isNew: true, document: announce(context, record, 'created') }
  }
  const record = updatedConfiguration(matching(context, id, ifMatch), request, now)
  await context.configurations.change(record)
  return { isNew: false, document: announce(context, record, 'updated') }
}

/**
 * Deletes a configuration. The twins that it has changed keep their desired properties, until
 * another configuration applies.
 *
 * @throws Refusal ConfigurationNotFound, PreconditionFailed
 */
export async function deleteConfiguration(context: Context, id: string, ifMatch: string | undefined): Promise<void> {
  const record = matching(context, id, ifMatch)
  await context.configurations.remove(id)
  announce(context, record, 'deleted')
}

/**
 * Checks a target condition and metrics without adding a configuration (IoT Hub REST: Configuration
 * - Test Queries). The response has a message for each mistake.
 *
 * @throws Refusal ArgumentInvalid for any other form of the request
 */
export function testQueries(body: Json): JsonObject {
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  const condition = property(body, 'targetCondition') ?? ''
  const queries = property(body, 'customMetricQueries') ?? {}
  if (typeof condition !== 'string') throw new Refusal('ArgumentInvalid', 'targetCondition must be a string')
  if (!isObject(queries)) throw new Refusal('ArgumentInvalid', 'customMetricQueries must be an object')
  const kind = /^\s*from\s+devices\s*\.\s*modules\b/i.test(condition) ? 'moduleContent' : 'deviceContent'
  const errors = Object.entries(queries).flatMap(([name, query]) => {
    const message = mistakeIn(() => checkMetric(name, typeof query === 'string' ? query : ''))
    return message === undefined ? [] : [[name, message] as const]
  })
  return {
    targetConditionError: mistakeIn(() => parseTarget(condition, kind)) ?? null,
    customMetricQueryErrors: Object.fromEntries(errors),
  }
}

/**
 * Content for a single device is a deployment of IoT Edge modules, which the local hub lacks. Other
 * content is an error (azure-iot-sdk-csharp#2419).
 *
 * @throws Refusal DeviceNotFound, InvalidConfigurationContent, NotImplemented
 */
export function applyContent(context: Context, deviceId: string, content: Json): never {
  if (context.registry.find({ deviceId }) === undefined) throw missing({ deviceId })
  if (isObject(content) && isObject(property(content, 'modulesContent'))) parseContent(content)
  throw new Refusal(
    'InvalidConfigurationContent',
    'The content for a single device must have modulesContent; configurations apply deviceContent and moduleContent',
  )
}

function documentOf(context: Context, record: ConfigurationRecord): JsonObject {
  return configurationDocument(record, context.configurationRuns.resultsFor(record))
}

function announce(context: Context, record: ConfigurationRecord, state: ConfigurationChanged['state']): JsonObject {
  context.events.emit({ type: 'configuration-changed', configurationId: record.id, state })
  context.configurationRuns.start()
  return documentOf(context, record)
}

function existing(context: Context, id: string): ConfigurationRecord {
  const record = context.configurations.find(id)
  if (record === undefined) throw new Refusal('ConfigurationNotFound', `There is no configuration ${id}`)
  return record
}

function matching(context: Context, id: string, ifMatch: string | undefined): ConfigurationRecord {
  const record = existing(context, id)
  if (ifMatchHolds(ifMatch, identityEtag(record.etag))) return record
  throw new Refusal('PreconditionFailed', `The etag in the request does not match the etag of the configuration ${id}`)
}

function mistakeIn(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}
