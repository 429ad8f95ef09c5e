import type { JobRecord } from '../rules/job.ts'
import { isFinished } from '../rules/job.ts'
import type { Context } from './context.ts'
import { runJob } from './run-job.ts'

/** Carries out the jobs of a hub when their time has come. */
export interface JobRunner {
  /** Something has changed: looks what is to be done. */
  wake(): void
  /** Leaves off. What is not done is done after the next start; resolves when nothing runs any more. */
  close(): Promise<void>
}

/** A hub of tier S3 runs as many at once (IoT Hub: quotas); the others are queued. */
const maxRunning = 10

/** Times are the hub's clock's, which may be set; so it is looked at again and again. */
const longestWaitInMs = 1000

export function createJobRunner(context: Context): JobRunner {
  const running = new Map<string, Promise<void>>()
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined

  function wake(): void {
    clearTimeout(timer)
    if (closing.signal.aborted) return
    const now = context.clock()
    const waiting = [...context.jobs.all()].filter((job) => !isFinished(job) && !running.has(job.jobId))
    const later = waiting.filter((job) => job.startAt > now)
    for (const job of waiting) if (job.startAt <= now && running.size < maxRunning) start(job)
    if (later.length === 0) return
    const next = Math.min(...later.map(({ startAt }) => startAt)) - now
    timer = setTimeout(wake, Math.min(next, longestWaitInMs)).unref()
  }

  function start({ jobId }: JobRecord): void {
    const run = runJob(context, jobId, closing.signal)
      // The store has failed; the job goes on after the next start.
      .catch((error: unknown) => context.onError(error))
      .finally(() => {
        running.delete(jobId)
        wake()
      })
    running.set(jobId, run)
  }

  return {
    wake,
    async close() {
      clearTimeout(timer)
      closing.abort()
      await Promise.all(running.values())
    },
  }
}
