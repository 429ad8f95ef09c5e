import { isJsonObject } from '../hub/json.ts'
import type { JobDocument } from '../hub/jobs.ts'
import type { Registry } from '../hub/registry.ts'
import { sleep } from '../hub/sleep.ts'
import { queryTwins } from '../hub/twins.ts'
import type { FailedDevice } from './watch-rollout.ts'

export interface WatchJobOptions {
  readonly pollInMs: number
  readonly signal: AbortSignal
  /** Called with each change. */
  readonly onJob: (job: JobDocument) => void
}

/**
 * Follows a job until it ends, or until the signal aborts. The job itself continues in the hub.
 *
 * @returns its last state
 * @throws ServiceError ERR_NOT_FOUND if the hub has no such job
 */
export async function watchJob(
  registry: Registry,
  jobId: string,
  { pollInMs, signal, onJob }: WatchJobOptions,
): Promise<JobDocument> {
  let last: string | undefined
  for (;;) {
    const job = await registry.jobs.get(jobId)
    const text = JSON.stringify([job.status, job.counts])
    if (text !== last) onJob(job)
    last = text
    if (isEnded(job) || signal.aborted) return job
    await sleep(pollInMs, signal)
  }
}

export function isEnded({ status }: JobDocument): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/** The first devices that a job could not update, page by page. */
export async function failedDevices(registry: Registry, jobId: string, most: number): Promise<readonly FailedDevice[]> {
  const sql = `SELECT * FROM devices.jobs WHERE devices.jobs.jobId = '${jobId}' AND devices.jobs.status = 'failed'`
  const failures: FailedDevice[] = []
  for await (const row of queryTwins(registry, sql)) {
    if (!isJsonObject(row) || typeof row['deviceId'] !== 'string') continue
    const error = isJsonObject(row['error']) ? row['error']['description'] : undefined
    failures.push({ deviceId: row['deviceId'], error: typeof error === 'string' ? error : 'no reason given' })
    if (failures.length === most) break
  }
  return failures
}
