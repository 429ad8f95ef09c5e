import * as v from 'valibot'
import { LEGAL_JOB_ID, MAX_EXECUTION_TIME_IN_SECONDS } from '../jobs/job.ts'
import { isObject } from '../formats/json.ts'
import { type PolicyName, POLICY_RIGHTS } from '../access/policies.ts'
import { parseTime } from '../formats/timestamp.ts'

const text = v.string()
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
/** Milliseconds since 1970, for a year of four digits. */
const time = v.pipe(v.number(), v.safeInteger(), v.minValue(-62_167_219_200_000), v.maxValue(253_402_300_799_999))
const isoTime = v.pipe(
  text,
  v.check((given) => parseTime(given) !== undefined, 'must be an ISO 8601 time'),
)
const base64 = v.pipe(
  text,
  v.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64'),
)
/** The message must not contain the key. */
const key = v.pipe(
  text,
  v.check((given) => isKey(given), 'must be base64 of 16 to 64 bytes'),
)
/** The checks that apply to their creation cover the content of twins and jobs. */
const json = v.custom<object>((value) => isObject(value) && isShallow(value), 'must be an object of at most 100 levels')
const anyJson = v.custom<unknown>((value) => isShallow(value), 'must be JSON of at most 100 levels')

const section = v.strictObject({ value: json, metadata: json, version: positive })

const twinConfiguration = v.strictObject({
  status: v.picklist(['Applied', 'Targeted']),
  number: positive,
  paths: v.array(text),
})

const identity = v.strictObject({
  deviceId: text,
  moduleId: v.optional(text),
  generationId: v.pipe(text, v.regex(/^[A-Za-z0-9-]{1,64}$/, 'must be letters and digits')),
  etag: wholeNumber,
  status: v.picklist(['enabled', 'disabled']),
  statusReason: v.nullable(v.pipe(text, v.maxLength(128))),
  statusUpdatedTime: isoTime,
  connectionStateUpdatedTime: isoTime,
  lastActivityTime: isoTime,
  authentication: v.variant('type', [
    v.strictObject({ type: v.literal('sas'), primaryKey: key, secondaryKey: key }),
    v.strictObject({
      type: v.literal('selfSigned'),
      primaryThumbprint: v.nullable(text),
      secondaryThumbprint: v.nullable(text),
    }),
    v.strictObject({ type: v.picklist(['certificateAuthority', 'none']) }),
  ]),
  capabilities: v.strictObject({ iotEdge: v.boolean() }),
  parentScope: v.optional(text),
  managedBy: text,
  twin: v.strictObject({
    etag: positive,
    tags: json,
    desired: section,
    reported: section,
    modelId: v.optional(text),
    configurations: v.optional(v.record(text, twinConfiguration)),
  }),
  subscriptions: v.pipe(
    v.array(v.strictObject({ filter: v.pipe(text, v.maxLength(1024)), qos: v.picklist([0, 1]) })),
    v.maxLength(20),
  ),
})

const message = v.strictObject({
  sequenceNumber: positive,
  messageId: text,
  bag: text,
  body: base64,
  enqueuedAt: time,
  expiresAt: time,
  deliveryCount: wholeNumber,
})

const job = v.strictObject({
  jobId: v.pipe(text, v.regex(LEGAL_JOB_ID, 'must be 1 to 128 printable ASCII characters without separators')),
  number: positive,
  status: v.picklist(['waiting', 'running', 'completed', 'failed', 'cancelled']),
  queryCondition: text,
  work: v.variant('type', [
    v.strictObject({ type: v.literal('scheduleUpdateTwin'), updateTwin: json }),
    v.strictObject({ type: v.literal('scheduleDeviceMethod'), cloudToDeviceMethod: json }),
  ]),
  maxExecutionTimeInSeconds: v.pipe(positive, v.maxValue(MAX_EXECUTION_TIME_IN_SECONDS)),
  createdAt: time,
  startAt: time,
  begunAt: v.optional(time),
  endedAt: v.optional(time),
  failureReason: v.optional(text),
})

const deviceJob = v.strictObject({
  deviceId: text,
  status: v.picklist(['pending', 'running', 'completed', 'failed', 'canceled']),
  begunAt: v.optional(time),
  endedAt: v.optional(time),
  updatedAt: time,
  methodResponse: v.optional(v.strictObject({ status: v.pipe(v.number(), v.safeInteger()), payload: anyJson })),
  error: v.optional(v.strictObject({ code: text, description: text })),
})

const configuration = v.strictObject({
  id: text,
  number: positive,
  etag: positive,
  schemaVersion: text,
  labels: v.optional(json),
  content: json,
  targetCondition: text,
  priority: wholeNumber,
  metrics: v.record(text, text),
  createdAt: time,
  updatedAt: time,
})

const policyKeys = v.strictObject({ primaryKey: key, secondaryKey: key })

/** The form of a snapshot. `parseSnapshot` checks the relations between its parts. */
export const snapshotSchema: v.GenericSchema<unknown, unknown> = v.strictObject({
  format: v.literal('hubtwin-emulator'),
  version: v.literal(1),
  takenAt: isoTime,
  policies: v.strictObject(
    Object.fromEntries(Object.keys(POLICY_RIGHTS).map((name) => [name, policyKeys])) as Record<
      PolicyName,
      typeof policyKeys
    >,
  ),
  identities: v.array(identity),
  messages: v.array(v.strictObject({ deviceId: text, queue: v.pipe(v.array(message), v.maxLength(50)) })),
  jobs: v.array(v.strictObject({ job, devices: v.array(deviceJob) })),
  configurations: v.optional(v.pipe(v.array(configuration), v.maxLength(100))),
})

/**
 * The hub generates missing keys, so no stored key is empty. Anyone could sign tokens with an empty
 * key.
 */
function isKey(given: string): boolean {
  const bytes = Buffer.from(given, 'base64')
  return bytes.toString('base64') === given && bytes.length >= 16 && bytes.length <= 64
}

/** Bounds the depth, since later code walks stored values without a limit. */
function isShallow(value: unknown, depth: number = 0): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth < 100 && Object.values(value).every((child) => isShallow(child, depth + 1))
}
