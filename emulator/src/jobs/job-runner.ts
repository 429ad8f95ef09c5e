import type { JobRecord } from './job.ts'
import { isFinished } from './job.ts'
import type { Context } from '../hub/context.ts'
import { runJob } from './run-job.ts'

/** Carries out the jobs of a hub when their time has come. */
export interface JobRunner {
  /** Something has changed: looks what is to be done. */
  wake(): void
  /** Leaves off. What is not done is done later, or after the next start; resolves when nothing runs any more. */
  pause(): Promise<void>
  resume(): void
}

/** Times are the hub's clock's, which may be set; so it is looked at again and again. */
const longestWaitInMs = 1000

/** @param maxRunning how many run at once, the others are queued; a hub of tier S3 runs ten (IoT Hub: quotas) */
export function createJobRunner(context: Context, maxRunning: number = 10): JobRunner {
  const running = new Map<string, Promise<void>>()
  let pausing = new AbortController()
  let timer: NodeJS.Timeout | undefined

  function wake(): void {
    clearTimeout(timer)
    if (pausing.signal.aborted) return
    const now = context.clock()
    const waiting = [...context.jobs.all()].filter((job) => !isFinished(job) && !running.has(job.jobId))
    const later = waiting.filter((job) => job.startAt > now)
    for (const job of waiting)
      if (job.startAt <= now && running.size < maxRunning) running.set(job.jobId, carryOut(job))
    if (later.length > 0) wakeLater(Math.min(...later.map(({ startAt }) => startAt)) - now)
  }

  async function carryOut({ jobId }: JobRecord): Promise<void> {
    try {
      await runJob(context, jobId, pausing.signal)
    } catch (error) {
      // The store has failed, and may for a while.
      running.delete(jobId)
      context.onError(error)
      wakeLater(longestWaitInMs)
      return
    }
    running.delete(jobId)
    wake()
  }

  function wakeLater(inMs: number): void {
    clearTimeout(timer)
    if (!pausing.signal.aborted) timer = setTimeout(wake, Math.min(inMs, longestWaitInMs)).unref()
  }

  return {
    wake,
    async pause() {
      clearTimeout(timer)
      pausing.abort()
      await Promise.all(running.values())
    },
    resume() {
      pausing = new AbortController()
      wake()
    },
  }
}
