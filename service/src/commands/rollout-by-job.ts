import type { Registry } from '../hub/registry.ts'
import { countDevices } from '../rollout/watch-rollout.ts'
import { printNotice } from '../terminal.ts'
import { followJob, newJobId } from './follow-job.ts'
import { checkFound, type RolloutFirmwareOptions } from './rollout-options.ts'

/**
 * Schedules a job that sets the firmware at a start time, or watches a job that is already
 * scheduled.
 *
 * @returns undefined when the job is over and the reports of the devices follow
 */
export async function rolloutByJob(
  registry: Registry,
  version: string,
  { where, at, job, timeout }: RolloutFirmwareOptions,
): Promise<number | undefined> {
  const jobId = job ?? newJobId('firmware')
  if (job === undefined) {
    checkFound(await countDevices(registry, where), where)
    const firmware = { version, rollout: new Date().toISOString() }
    await registry.jobs.scheduleTwinUpdate({
      jobId,
      where: where ?? '*',
      patch: { properties: { desired: { firmware } } },
      startAt: at,
    })
    printNotice(
      `The job ${jobId} sets ${version} at ${at?.toISOString() ?? 'once'}, even if you close this terminal`,
      `To watch it later, run the same command with --job ${jobId} in place of --at`,
    )
  }
  const code = await followJob(registry, jobId, timeout)
  return code === 'unfinished' ? 3 : undefined
}
