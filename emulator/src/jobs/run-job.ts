import { matches } from '../query/evaluate.ts'
import { parseCondition } from '../query/parse-query.ts'
import { twinDocument } from '../twin/twin-document.ts'
import { type DeviceJob, type JobRecord, deadlineOf } from './job.ts'
import { parseMethodCall } from '../methods/method.ts'
import { refusalFor } from '../errors/refusal.ts'
import { candidates } from '../query/candidates.ts'
import type { Context } from '../hub/context.ts'
import { presenceOf } from '../mqtt/presence.ts'
import { invokeMethod } from '../methods/invoke-method.ts'
import { updateTwin } from '../twin/twins.ts'

/** How many devices of a job are handled at once. */
const CONCURRENCY = 50

/**
 * Runs a job from its start, or from where the last process stopped. It ends when all devices are
 * done, at the job's deadline, after a cancellation, or when the hub closes.
 */
export async function runJob(context: Context, jobId: string, closing: AbortSignal): Promise<void> {
  const job = await start(context, jobId)
  if (job === undefined) return
  const over = new AbortController()
  const ending = AbortSignal.any([closing, over.signal])
  const ended = context.until(deadlineOf(job), ending).then(() => {
    over.abort()
    return undefined
  })
  const mayContinue = (): boolean =>
    !ending.aborted && context.clock() < deadlineOf(job) && context.jobs.find(jobId)?.status === 'running'

  // All workers share the iterator.
  const todo = [...context.jobs.devicesOf(jobId)].filter(({ status }) => status === 'pending' || status === 'running')
  const next = todo.values()
  try {
    await Promise.all(
      Array.from({ length: Math.min(CONCURRENCY, todo.length) }, async () => {
        for (const device of next) {
          if (!mayContinue()) return
          const turn = context.throttle.admit('jobDevices', { isPatient: true })
          if (turn !== undefined) await Promise.race([turn, ended])
          if (!mayContinue()) return
          await handleDevice(context, job, device, ended)
        }
      }),
    )
  } finally {
    // Ends the wait for the deadline.
    over.abort()
  }
  if (!closing.aborted) await completeJob(context, jobId)
}

/** Starts a job. It covers the devices that match now, and ignores devices that match later. */
async function start(context: Context, jobId: string): Promise<JobRecord | undefined> {
  const job = context.jobs.find(jobId)
  if (job?.status !== 'waiting') return job?.status === 'running' ? job : undefined
  const now = context.clock()
  const condition = parseCondition(job.queryCondition)
  const devices: DeviceJob[] = []
  for (const [deviceId, record] of candidates(context.registry, 'devices', condition)) {
    const document = twinDocument(record, presenceOf(context, record))
    if (matches(condition, document)) devices.push({ deviceId, status: 'pending', updatedAt: now })
  }
  const begun: JobRecord = { ...job, status: 'running', begunAt: now }
  await context.jobs.change(begun, devices)
  return begun
}

async function handleDevice(
  context: Context,
  job: JobRecord,
  device: DeviceJob,
  ended: Promise<undefined>,
): Promise<void> {
  const begunAt = context.clock()
  const begun: DeviceJob = { ...device, status: 'running', begunAt, updatedAt: begunAt }
  let outcome: Partial<DeviceJob> | undefined
  if (job.work.type === 'scheduleUpdateTwin') {
    context.jobs.setDevice(job.jobId, begun)
    outcome = await runWork(context, job, device)
  } else if (device.status === 'running') {
    // A method such as "reboot" must not run twice.
    outcome = failed('ServiceUnavailable', 'The hub stopped during the method call')
  } else {
    await context.jobs.change(current(context, job), [begun])
    outcome = await Promise.race([runWork(context, job, device), ended])
  }
  // The deadline passed, and `end` reports it. Or the hub closes, and the next process continues.
  if (outcome === undefined) return
  const endedAt = context.clock()
  await context.jobs.change(current(context, job), [{ ...begun, endedAt, updatedAt: endedAt, ...outcome }])
}

async function runWork(context: Context, { work }: JobRecord, { deviceId }: DeviceJob): Promise<Partial<DeviceJob>> {
  try {
    if (work.type === 'scheduleDeviceMethod') {
      const call = parseMethodCall(work.cloudToDeviceMethod)
      return { status: 'completed', methodResponse: await invokeMethod(context, { deviceId }, call) }
    }
    const { etag } = work.updateTwin
    await updateTwin(context, { deviceId }, work.updateTwin, typeof etag === 'string' ? etag : undefined)
    return { status: 'completed' }
  } catch (error) {
    const { code, message } = refusalFor(error, context.onError)
    return failed(code, message)
  }
}

function failed(code: string, description: string): Partial<DeviceJob> {
  return { status: 'failed', error: { code, description } }
}

/**
 * Ends a job. The job is completed even if devices failed; its statistics show the failures (IoT
 * Hub: schedule jobs, statistics).
 */
async function completeJob(context: Context, jobId: string): Promise<void> {
  const job = context.jobs.find(jobId)
  const now = context.clock()
  const overdue = [...context.jobs.devicesOf(jobId)]
    .filter(({ status }) => status === 'pending' || status === 'running')
    .map((device) => ({
      ...device,
      ...failed('RequestTimedOut', 'The deadline of the job passed'),
      endedAt: now,
      updatedAt: now,
    }))
  if (job === undefined) return
  const over: JobRecord = job.status === 'running' ? { ...job, status: 'completed', endedAt: now } : job
  await context.jobs.change(over, overdue)
}

function current(context: Context, job: JobRecord): JobRecord {
  return context.jobs.find(job.jobId) ?? job
}
