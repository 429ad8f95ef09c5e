import { decodeContinuation, encodeContinuation } from '../query/continuation.ts'
import { parseCondition } from '../query/parse-query.ts'
import { type JobRecord, cancelled, checkUpdateTwin, parseJobRequest } from './job.ts'
import { jobDocument, JOB_STATUSES, JOB_TYPES, statusOf } from './job-documents.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { parseMethodCall } from '../methods/method.ts'
import { Refusal } from '../errors/refusal.ts'
import { newTwin, patchTwin } from '../twin/twin.ts'
import type { Context } from '../hub/context.ts'
import { type QueryPage, MAX_PAGE_SIZE } from '../query/query-page.ts'
import { parseTwinChange } from '../twin/twin-change.ts'

/**
 * Schedules a job, after checking its work and its condition.
 *
 * @throws Refusal ArgumentInvalid, JobAlreadyExists, JobQuotaExceeded
 */
export async function scheduleJob(context: Context, jobId: string, body: Json): Promise<JsonObject> {
  const now = context.clock()
  const request = parseJobRequest(jobId, body, now)
  checkWork(request)
  const job = await context.jobs.add({ ...request, status: 'waiting', createdAt: now })
  context.wakeJobs()
  // Even a job for later starts as queued (end-to-end tests of azure-iot-sdk-node, job_client.js).
  // A GET shows it as scheduled.
  return { ...documentOf(context, job), status: 'queued' }
}

/** @throws Refusal JobNotFound */
export function readJob(context: Context, jobId: string): JsonObject {
  return documentOf(context, existing(context, jobId))
}

/**
 * Cancels a job. The cancellation skips the devices that are still waiting, and does not interrupt
 * a running method call.
 *
 * @throws Refusal JobNotFound, InvalidOperation
 */
export async function cancelJob(context: Context, jobId: string): Promise<JsonObject> {
  const now = context.clock()
  const job = cancelled(existing(context, jobId), now)
  const pending = [...context.jobs.devicesOf(jobId)].filter(({ status }) => status === 'pending')
  await context.jobs.change(
    job,
    pending.map((device) => ({ ...device, status: 'canceled', endedAt: now, updatedAt: now })),
  )
  context.wakeJobs()
  return documentOf(context, job)
}

export interface JobFilter {
  readonly type: string | undefined
  readonly status: string | undefined
}

/** A page of the jobs with a type and a state, oldest first. @throws Refusal ArgumentInvalid */
export function queryJobs(
  context: Context,
  { type, status }: JobFilter,
  pageSize: number = MAX_PAGE_SIZE,
  token?: string,
): QueryPage {
  checkOneOf('jobType', type, JOB_TYPES)
  checkOneOf('jobStatus', status, JOB_STATUSES)
  const text = `jobs ${type ?? ''} ${status ?? ''}`
  const after = token === undefined ? 0 : Number(decodeContinuation(text, token).after)
  const size = Math.min(pageSize, MAX_PAGE_SIZE)
  const now = context.clock()
  const items: JsonObject[] = []
  let last = 0
  for (const job of context.jobs.all()) {
    if (job.number <= after || !fits(type, job.work.type) || !fits(status, statusOf(job, now))) continue
    // A match beyond the page size proves that there is a next page.
    if (items.length === size) {
      return { items, itemType: 'JobResponse', continuation: encodeContinuation(text, { after: last }) }
    }
    items.push(documentOf(context, job))
    last = job.number
  }
  return { items, itemType: 'JobResponse' }
}

function documentOf(context: Context, job: JobRecord): JsonObject {
  return jobDocument(job, context.jobs.devicesOf(job.jobId), context.clock())
}

function existing(context: Context, jobId: string): JobRecord {
  const job = context.jobs.find(jobId)
  if (job === undefined) throw new Refusal('JobNotFound', `There is no job ${jobId}`)
  return job
}

/** Refuses work that would fail for every device. @throws Refusal ArgumentInvalid */
export function checkWork({ queryCondition, work }: Pick<JobRecord, 'queryCondition' | 'work'>): void {
  parseCondition(queryCondition)
  if (work.type === 'scheduleDeviceMethod') {
    parseMethodCall(work.cloudToDeviceMethod)
    return
  }
  checkUpdateTwin(work.updateTwin)
  patchTwin(newTwin(0), parseTwinChange(work.updateTwin), 0)
}

function fits(filter: string | undefined, value: string): boolean {
  return filter === undefined || filter.toLowerCase() === value.toLowerCase()
}

function checkOneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.some((each) => fits(value, each))) return
  throw new Refusal('ArgumentInvalid', `${name} must be one of ${known.join(', ')}`)
}
