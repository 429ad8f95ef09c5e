import { type JobRecord, isFinished } from './job.ts'
import type { Context } from '../hub/context.ts'
import { runJob } from './run-job.ts'

/** Runs the jobs of a hub at their start times. */
export interface JobRunner {
  /** Starts the jobs that are due. Call it after a change of jobs or of the clock. */
  wake(): void
  /** Stops, and resolves when no job is running. `resume` or the next start continues the jobs. */
  pause(): Promise<void>
  resume(): void
}

/** The runner checks the hub's clock at least this often, because the clock can jump. */
const LONGEST_WAIT_IN_MS = 1000

/**
 * @param maxRunning how many jobs run at once; other jobs wait. Tier S3 runs ten (IoT Hub: quotas)
 */
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
    for (const job of waiting) if (job.startAt <= now && running.size < maxRunning) running.set(job.jobId, run(job))
    if (later.length > 0) wakeLater(Math.min(...later.map(({ startAt }) => startAt)) - now)
  }

  async function run({ jobId }: JobRecord): Promise<void> {
    try {
      await runJob(context, jobId, pausing.signal)
    } catch (error) {
      // The store failed, and the next attempts may fail too.
      running.delete(jobId)
      context.onError(error)
      wakeLater(LONGEST_WAIT_IN_MS)
      return
    }
    running.delete(jobId)
    wake()
  }

  function wakeLater(inMs: number): void {
    clearTimeout(timer)
    if (!pausing.signal.aborted) timer = setTimeout(wake, Math.min(inMs, LONGEST_WAIT_IN_MS)).unref()
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
