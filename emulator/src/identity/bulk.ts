import { bulkIdentity, parseBulkStep } from './bulk-request.ts'
import { identityKey } from './identity-id.ts'
import { type Json, type JsonObject, isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Context } from '../hub/context.ts'
import { changeIdentity, createIdentity, deleteIdentity } from './identities.ts'
import { parseTwinChange } from '../twin/twin-change.ts'
import { updateTwin } from '../twin/twins.ts'

/**
 * The result of `POST /devices` (docs/protocol/protocol.md §6.2; azure-iothub: service.json,
 * BulkRegistryOperationResult).
 */
export interface BulkResult {
  readonly isSuccessful: boolean
  readonly errors: readonly JsonObject[]
  readonly warnings: readonly JsonObject[]
}

const MAX_DEVICES = 100

/**
 * Creates, updates, or deletes up to 100 identities independently: a failed entry does not stop the
 * others.
 */
export async function bulk(context: Context, body: Json): Promise<BulkResult> {
  if (!Array.isArray(body)) throw new Refusal('ArgumentInvalid', 'The body must be an array of devices')
  const entries = body as readonly Json[]
  if (entries.length === 0 || entries.length > MAX_DEVICES) {
    throw new Refusal('ArgumentInvalid', `The body must have 1 to ${MAX_DEVICES} devices`)
  }
  const repeated = repeatedKeys(entries)
  const outcomes = await Promise.all(entries.map((entry) => applyEntry(context, entry, repeated)))
  const errors = outcomes.filter((outcome) => outcome !== undefined)
  return { isSuccessful: errors.length === 0, errors, warnings: [] }
}

/** @returns the error of the entry, or undefined */
async function applyEntry(
  context: Context,
  entry: Json,
  repeated: ReadonlySet<string>,
): Promise<JsonObject | undefined> {
  try {
    if (repeated.has(keyOf(entry) ?? '')) {
      throw new Refusal('DeviceDefinedMultipleTimes', 'An identity may appear only once in the list')
    }
    await runStep(context, entry)
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.cause !== undefined) context.onError(error.cause)
    const { id, moduleId } = isObject(entry) ? entry : {}
    return {
      deviceId: typeof id === 'string' ? id : null,
      ...(typeof moduleId === 'string' ? { moduleId } : {}),
      errorCode: error.code,
      errorStatus: error.message,
    }
  }
}

async function runStep(context: Context, entry: Json): Promise<void> {
  const step = parseBulkStep(entry)
  const { identity } = step
  switch (step.type) {
    case 'create':
      return void (await createIdentity(context, identity, { ...step.request, twin: parseTwinChange(step.twin) }))
    case 'update':
      return void (await changeIdentity(context, identity, step.request, step.ifMatch))
    case 'delete':
      return deleteIdentity(context, identity, step.ifMatch)
    case 'update-twin':
      return void (await updateTwin(context, identity, step.twin, step.ifMatch))
  }
}

function repeatedKeys(entries: readonly Json[]): Set<string> {
  const keys = entries.map(keyOf).filter((key) => key !== undefined)
  return new Set(keys.filter((key, at) => keys.indexOf(key) !== at))
}

function keyOf(entry: Json): string | undefined {
  try {
    return isObject(entry) ? identityKey(bulkIdentity(entry)) : undefined
  } catch {
    // `parseBulkStep` reports the problem.
    return undefined
  }
}
