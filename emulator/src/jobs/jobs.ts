import { decodeContinuation, encodeContinuation } from '../query/continuation.ts'
import { parseCondition } from '../query/parse-query.ts'
import type { JobRecord } from './job.ts'
import { cancelled, checkUpdateTwin, parseJobRequest } from './job.ts'
import { jobDocument, jobStatuses, jobTypes, statusOf } from './job-documents.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { parseMethodCall } from '../methods/method.ts'
import { Refusal } from '../errors/refusal.ts'
import { newTwin, patchTwin } from '../twin/twin.ts'
import type { Context } from '../hub/context.ts'
import type { QueryPage } from '../query/run-query.ts'
import { maxPageSize } from '../query/run-query.ts'
import { parseChange } from '../twin/twins.ts'

/** What a job does, and to whom, is checked before the job is taken. @throws Refusal ArgumentInvalid, JobAlreadyExists, JobQuotaExceeded */
export async function scheduleJob(context: Context, jobId: string, body: Json): Promise<JsonObject> {
  const now = context.clock()
  const wish = parseJobRequest(jobId, body, now)
  checkCarriedOut(wish)
  const job = await context.jobs.add({ ...wish, status: 'waiting', createdAt: now })
  context.wakeJobs()
  // One for later too (e2e tests of azure-iot-sdk-node, job_client.js). A GET tells it as scheduled.
  return { ...documentOf(context, job), status: 'queued' }
}

/** @throws Refusal JobNotFound */
export function readJob(context: Context, jobId: string): JsonObject {
  return documentOf(context, existing(context, jobId))
}

/** The devices that the job has not reached are left alone; a method that is under way is not called back. @throws Refusal JobNotFound, InvalidOperation */
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

/** One page of the jobs of a type and in a state, in the order in which they were made. @throws Refusal ArgumentInvalid */
export function queryJobs(
  context: Context,
  { type, status }: JobFilter,
  pageSize: number = maxPageSize,
  token?: string,
): QueryPage {
  checkOneOf('jobType', type, jobTypes)
  checkOneOf('jobStatus', status, jobStatuses)
  const text = `jobs ${type ?? ''} ${status ?? ''}`
  const after = token === undefined ? 0 : Number(decodeContinuation(text, token).after)
  const wanted = Math.min(pageSize, maxPageSize)
  const now = context.clock()
  const items: JsonObject[] = []
  let last = 0
  for (const job of context.jobs.all()) {
    if (job.number <= after || !fits(type, job.work.type) || !fits(status, statusOf(job, now))) continue
    // One more than the page holds shows that there is a next one.
    if (items.length === wanted) {
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

/** What could not be done to any device is refused at once. @throws Refusal ArgumentInvalid */
export function checkCarriedOut({ queryCondition, work }: Pick<JobRecord, 'queryCondition' | 'work'>): void {
  parseCondition(queryCondition)
  if (work.type === 'scheduleDeviceMethod') {
    parseMethodCall(work.cloudToDeviceMethod)
    return
  }
  checkUpdateTwin(work.updateTwin)
  patchTwin(newTwin(0), parseChange(work.updateTwin), 0)
}

function fits(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted.toLowerCase() === value.toLowerCase()
}

function checkOneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.some((each) => fits(value, each))) return
  throw new Refusal('ArgumentInvalid', `${name} must be one of ${known.join(', ')}`)
}
