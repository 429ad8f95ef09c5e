import type { JsonObject } from './json.ts'
import type { Caller } from './retries.ts'

/** A job of the hub: a twin update of many devices. */
export interface JobDocument {
  readonly jobId: string
  readonly status: JobStatus
  /** ISO 8601. */
  readonly startTime: string
  readonly failureReason?: string
  /** Undefined until the hub has selected the devices. */
  readonly counts: JobCounts | undefined
}

export type JobStatus =
  | 'scheduled'
  | 'queued'
  | 'enqueued'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'unknown'

export interface JobCounts {
  readonly devices: number
  readonly succeeded: number
  readonly failed: number
  readonly pending: number
}

export interface TwinUpdateJob {
  readonly jobId: string
  /** A query condition, or `*` for every device. */
  readonly where: string
  readonly patch: { readonly tags?: JsonObject; readonly properties?: { readonly desired: JsonObject } }
  /** @default now */
  readonly startAt?: Date | undefined
}

/** Jobs (IoT Hub: "Schedule jobs on multiple devices"). They need a standard tier. */
export interface JobCalls {
  /** @throws ServiceError ERR_CONFLICT if the ID exists */
  scheduleTwinUpdate(job: TwinUpdateJob): Promise<JobDocument>
  get(jobId: string): Promise<JobDocument>
}

/** The time limit of a job: a day. The default of an hour is too short for 10,000 devices. */
const MAX_EXECUTION_TIME_IN_SECONDS = 86_400

/** The part of azure-iothub's JobClient that this file uses. */
export interface JobSdk {
  scheduleTwinUpdate(jobId: string, where: string, patch: object, startAt: Date, seconds: number): Answer
  getJob(jobId: string): Answer
}

type Answer = Promise<{ readonly jobStatus: unknown }>

export function jobCalls(client: JobSdk, call: Caller): JobCalls {
  return {
    async scheduleTwinUpdate({ jobId, where, patch, startAt }) {
      // A merge patch does not depend on the rest of the twin. IoT Hub rejects an update without an
      // etag (azure-docs#29484).
      const update = { etag: '*', ...patch }
      const start = startAt ?? new Date()
      const { jobStatus } = await call(() =>
        client.scheduleTwinUpdate(jobId, where, update, start, MAX_EXECUTION_TIME_IN_SECONDS),
      )
      return toDocument(jobStatus as RestJob)
    },
    get: async (jobId) => toDocument((await call(() => client.getJob(jobId))).jobStatus as RestJob),
  }
}

interface RestJob {
  readonly jobId: string
  readonly status: JobStatus
  readonly startTime?: string
  readonly failureReason?: string
  readonly deviceJobStatistics?: Readonly<Record<string, number | undefined>>
}

function toDocument({
  jobId,
  status,
  startTime = '',
  failureReason,
  deviceJobStatistics: counts,
}: RestJob): JobDocument {
  return {
    jobId,
    status,
    startTime,
    ...(failureReason !== undefined && { failureReason }),
    counts: counts && {
      devices: counts['deviceCount'] ?? 0,
      succeeded: counts['succeededCount'] ?? 0,
      failed: counts['failedCount'] ?? 0,
      pending: (counts['pendingCount'] ?? 0) + (counts['runningCount'] ?? 0),
    },
  }
}
