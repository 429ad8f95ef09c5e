import { randomBytes } from 'node:crypto'
import type { JobDocument } from '../hub/jobs.ts'
import type { Registry } from '../hub/registry.ts'
import { failureTable, hubScreen } from '../rollout/hub-screen.ts'
import { barOf } from '../rollout/screen.ts'
import { failedDevices, isEnded, watchJob } from '../rollout/watch-job.ts'
import { print, printNotice } from '../terminal.ts'
import { printable } from '../tokens/base/printable.ts'
import { pollIntervalInMs } from './hub-from-environment.ts'
import { endText, startWatching } from './watching.ts'

const MAX_ROWS = 50

/** An ID that sorts by time, and that no other terminal uses. */
export function newJobId(what: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  return `hubtwin-${what}-${time}Z-${randomBytes(3).toString('hex')}`
}

/** Watches a job and prints its progress, and the devices that it could not update. */
export async function followJob(
  registry: Registry,
  jobId: string,
  timeoutInMinutes: number,
): Promise<'done' | 'failed' | 'unfinished'> {
  const watching = startWatching(timeoutInMinutes)
  const screen = hubScreen(process.stdout.isTTY, (job: JobDocument, isLive) => [printable(jobText(job, isLive))], print)
  try {
    const job = await watchJob(registry, jobId, {
      pollInMs: pollIntervalInMs(),
      signal: watching.signal,
      onJob: screen.show,
    })
    screen.end()
    if (!isEnded(job)) {
      printNotice(
        `${endText(watching.signal, timeoutInMinutes)}: the job ${jobId} continues in the hub`,
        `The same command with only --job ${jobId} watches it again`,
      )
      return 'unfinished'
    }
    const failures = job.counts?.failed === 0 ? [] : await failedDevices(registry, jobId, MAX_ROWS)
    if (failures.length > 0) print(...failureTable(failures, MAX_ROWS).split('\n'))
    if (job.status !== 'completed') {
      printNotice(`The job ${jobId} is ${job.status}${job.failureReason === undefined ? '' : `: ${job.failureReason}`}`)
    }
    return job.status === 'completed' && failures.length === 0 ? 'done' : 'failed'
  } finally {
    watching.end()
  }
}

function jobText({ jobId, status, startTime, counts }: JobDocument, isLive: boolean): string {
  if (status === 'scheduled') return `${jobId}: scheduled for ${startTime}`
  if (counts === undefined || (counts.devices === 0 && status !== 'completed')) return `${jobId}: ${status}`
  const { devices, succeeded, failed, pending } = counts
  const details = [
    `${succeeded} updated`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(pending > 0 ? [`${pending} waiting`] : []),
  ]
  const text = details.join(', ')
  return isLive ? barOf(jobId, succeeded + failed, devices, text) : `${jobId}: ${text}`
}
