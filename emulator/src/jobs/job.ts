import { type Json, type JsonObject, isInteger, isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import { parseTime } from '../formats/timestamp.ts'

/** A job as the hub stores it (IoT Hub: schedule jobs on multiple devices). */
export interface JobRecord {
  readonly jobId: string
  /** The sequence number among the jobs of this hub. Pages use it. */
  readonly number: number
  /** REST shows a waiting job as scheduled or queued, depending on the time. */
  readonly status: 'waiting' | 'running' | FinalStatus
  readonly queryCondition: string
  readonly work: JobWork
  readonly maxExecutionTimeInSeconds: number
  /** Milliseconds since 1970 by the hub's clock, like all times here. */
  readonly createdAt: number
  readonly startAt: number
  /** The actual start. The execution time counts from here. */
  readonly begunAt?: number
  readonly endedAt?: number
  readonly failureReason?: string
}

export type FinalStatus = 'completed' | 'failed' | 'cancelled'

export type JobWork =
  | { readonly type: 'scheduleUpdateTwin'; readonly updateTwin: JsonObject }
  | { readonly type: 'scheduleDeviceMethod'; readonly cloudToDeviceMethod: JsonObject }

/** A parsed request to schedule a job. Its work and its condition are not checked yet. */
export type JobRequest = Pick<JobRecord, 'jobId' | 'queryCondition' | 'work' | 'maxExecutionTimeInSeconds' | 'startAt'>

/** The part of a job that concerns a single device. */
export interface DeviceJob {
  readonly deviceId: string
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'canceled'
  readonly begunAt?: number
  readonly endedAt?: number
  readonly updatedAt: number
  /** The response to a direct method. */
  readonly methodResponse?: { readonly status: number; readonly payload: Json }
  readonly error?: { readonly code: string; readonly description: string }
}

/**
 * Printable ASCII without the separators of HTTP (IoT Hub: schedule jobs, note on names). An ID
 * contains no `/`, so the store uses `/` in its keys.
 */
export const LEGAL_JOB_ID: RegExp = /^(?!\.{1,2}$)[!#%&'*+\-.0-9A-Z^_`a-z|~]{1,128}$/

const DEFAULT_EXECUTION_TIME_IN_SECONDS = 3600
export const MAX_EXECUTION_TIME_IN_SECONDS = 1_000_000_000

/** Parses the body of `PUT /jobs/v2/{id}`. @throws Refusal ArgumentInvalid */
export function parseJobRequest(jobId: string, body: Json, now: number): JobRequest {
  if (!LEGAL_JOB_ID.test(jobId)) throw refused('jobId must be 1 to 128 printable ASCII characters without separators')
  if (!isObject(body)) throw refused('The body must be a JSON object')
  if (body['jobId'] !== undefined && body['jobId'] !== null && body['jobId'] !== jobId) {
    throw refused('jobId in the body must be the same as in the address')
  }
  const { queryCondition } = body
  if (typeof queryCondition !== 'string') throw refused("queryCondition must be a string; '*' means every device")
  return {
    jobId,
    queryCondition,
    work: parseWork(body),
    maxExecutionTimeInSeconds: parseExecutionTime(body['maxExecutionTimeInSeconds']),
    startAt: parseStart(body['startTime']) ?? now,
  }
}

function parseWork(body: JsonObject): JobWork {
  const { type, updateTwin, cloudToDeviceMethod } = body
  switch (type) {
    case 'scheduleUpdateTwin':
      if (!isObject(updateTwin)) throw refused('updateTwin must be an object')
      return { type, updateTwin }
    case 'scheduleDeviceMethod':
      if (!isObject(cloudToDeviceMethod)) throw refused('cloudToDeviceMethod must be an object')
      return { type, cloudToDeviceMethod }
    default:
      throw refused('type must be scheduleUpdateTwin or scheduleDeviceMethod')
  }
}

/**
 * Checks the twin update of a job. IoT Hub refuses an update without an etag (azure-docs#29484). It
 * also refuses properties outside `properties`, which would have no effect (azure-iot-sdk-node#44).
 *
 * @throws Refusal ArgumentInvalid
 */
export function checkUpdateTwin(updateTwin: JsonObject): void {
  const { etag } = updateTwin
  if (typeof etag !== 'string' || etag === '') {
    throw refused("updateTwin.etag must be the etag of the twins to update; '*' means any")
  }
  const misplaced = ['desired', 'reported'].find((name) => Object.hasOwn(updateTwin, name))
  if (misplaced !== undefined)
    throw refused(`updateTwin.${misplaced} is unknown; write updateTwin.properties.${misplaced}`)
}

function parseExecutionTime(value: Json | undefined): number {
  if (value === undefined || value === null) return DEFAULT_EXECUTION_TIME_IN_SECONDS
  if (isInteger(value) && value > 0 && value <= MAX_EXECUTION_TIME_IN_SECONDS) return value
  throw refused('maxExecutionTimeInSeconds must be a whole number above 0')
}

/** Parses a start time in ISO 8601. The SDK sends null for now, and `new Date()` by default. */
function parseStart(value: Json | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const at = typeof value === 'string' ? parseTime(value) : undefined
  if (at === undefined) throw refused('startTime must be a time in ISO 8601')
  return at
}

export function isFinished({ status }: JobRecord): boolean {
  return status !== 'waiting' && status !== 'running'
}

/** The time at which a running job ends, finished or not. */
export function deadlineOf({ begunAt, startAt, maxExecutionTimeInSeconds: seconds }: JobRecord): number {
  return (begunAt ?? startAt) + seconds * 1000
}

/**
 * A job after its cancellation, which skips the devices that are still waiting.
 *
 * @throws Refusal InvalidOperation for a job that has ended otherwise
 */
export function cancelled(job: JobRecord, now: number): JobRecord {
  if (job.status === 'cancelled') return job
  if (isFinished(job)) throw new Refusal('InvalidOperation', `The job ${job.jobId} is already ${job.status}`)
  return { ...job, status: 'cancelled', endedAt: now }
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
