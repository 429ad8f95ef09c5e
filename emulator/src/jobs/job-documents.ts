import type { DeviceJob, JobRecord } from './job.ts'
import type { JsonObject } from '../formats/json.ts'
import { timestamp } from '../formats/timestamp.ts'

/**
 * The states of a job (IoT Hub: schedule jobs). The SDK's list also has the states of other kinds
 * of jobs.
 */
export const JOB_STATUSES: readonly string[] = [
  'unknown',
  'enqueued',
  'queued',
  'scheduled',
  'running',
  'completed',
  'failed',
  'cancelled',
]
export const JOB_TYPES: readonly string[] = [
  'unknown',
  'export',
  'import',
  'scheduleDeviceMethod',
  'scheduleUpdateTwin',
]

/** A waiting job is scheduled until its start time. After that it is queued behind other jobs. */
export function statusOf({ status, startAt }: JobRecord, now: number): string {
  if (status !== 'waiting') return status
  return startAt > now ? 'scheduled' : 'queued'
}

/** A job in the format of REST. */
export function jobDocument(job: JobRecord, devices: Iterable<DeviceJob>, now: number): JsonObject {
  const { work } = job
  return {
    jobId: job.jobId,
    createdTime: timestamp(job.createdAt),
    startTime: timestamp(job.startAt),
    ...(job.endedAt === undefined ? {} : { endTime: timestamp(job.endedAt) }),
    maxExecutionTimeInSeconds: job.maxExecutionTimeInSeconds,
    ...work,
    queryCondition: job.queryCondition,
    status: statusOf(job, now),
    ...(job.failureReason === undefined ? {} : { failureReason: job.failureReason }),
    deviceJobStatistics: statistics(devices),
  }
}

function statistics(devices: Iterable<DeviceJob>): JsonObject {
  const counts = { pending: 0, running: 0, completed: 0, failed: 0, canceled: 0 }
  let deviceCount = 0
  for (const { status } of devices) {
    counts[status] += 1
    deviceCount += 1
  }
  return {
    deviceCount,
    failedCount: counts.failed,
    succeededCount: counts.completed,
    runningCount: counts.running,
    pendingCount: counts.pending,
  }
}

/** The result of a job for a single device, in the format of `FROM devices.jobs`. */
export function deviceJobDocument(job: JobRecord, device: DeviceJob): JsonObject {
  const { begunAt = job.begunAt ?? job.startAt, endedAt } = device
  return {
    deviceId: device.deviceId,
    jobId: job.jobId,
    jobType: job.work.type,
    status: device.status,
    startTimeUtc: timestamp(begunAt),
    ...(endedAt === undefined ? {} : { endTimeUtc: timestamp(endedAt) }),
    createdDateTimeUtc: timestamp(job.createdAt),
    lastUpdatedDateTimeUtc: timestamp(device.updatedAt),
    outcome: { deviceMethodResponse: device.methodResponse ?? null },
    ...(device.error === undefined ? {} : { error: device.error }),
  }
}
