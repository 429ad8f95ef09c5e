import { type Command, Option } from 'commander'
import type { JsonObject } from '../hub/json.ts'
import type { Registry } from '../hub/registry.ts'
import { countDevices } from '../rollout/watch-rollout.ts'
import { printNotice } from '../terminal.ts'
import { parseId, parseMinutes } from './arguments.ts'
import { followJob, newJobId } from './follow-job.ts'
import { type PatchInput, readPatch } from './patch-input.ts'
import { checkFound } from './rollout-options.ts'
import { EXIT } from './watching.ts'
import { addNeed, UsageError } from './usage.ts'

/** The options with which a command changes many devices. */
export interface BulkOptions {
  readonly where?: string | undefined
  /** The ID of a job that a previous command has scheduled. */
  readonly job?: string | undefined
  readonly timeout: number
}

/** Adds the options of a bulk update to a command. */
export function addBulkOptions(command: Command): Command {
  command
    .option(
      '-w, --where <condition>',
      'Change every device that meets this query condition, with a job of the hub; * means every device',
    )
    .option('--job <id>', 'Watch the job that a command with --where has started', parseId)
    .addOption(
      new Option('--timeout <minutes>', 'Stop watching a job after this time').argParser(parseMinutes).default(60),
    )
  return addNeed(command, 'timeout', ['where', 'job'])
}

export function isBulk({ where, job }: BulkOptions): boolean {
  return where !== undefined || job !== undefined
}

/**
 * Merges a patch into the desired properties or the tags of many devices, as a job of the hub. The
 * job continues without this program.
 */
export async function bulkUpdate(
  registry: Registry,
  section: 'desired' | 'tags',
  input: PatchInput,
  { where, job, timeout }: BulkOptions,
): Promise<number> {
  const hasInput = input.json !== undefined || input.file !== undefined
  if (job !== undefined && (where !== undefined || hasInput)) {
    throw new UsageError('--job watches a job that exists, so it needs neither a patch nor --where')
  }
  const jobId = job ?? (await schedule(registry, section, input, where ?? '*'))
  return { done: EXIT.done, failed: EXIT.failed, unfinished: EXIT.unfinished }[
    await followJob(registry, jobId, timeout)
  ]
}

async function schedule(
  registry: Registry,
  section: 'desired' | 'tags',
  input: PatchInput,
  where: string,
): Promise<string> {
  const patch: JsonObject = await readPatch(section === 'tags' ? 'Tags' : 'Patch', '{"site":"lab"}', input)
  const count = await countDevices(registry, where === '*' ? undefined : where)
  checkFound(count, where)
  const jobId = newJobId(section)
  await registry.jobs.scheduleTwinUpdate({
    jobId,
    where,
    patch: section === 'tags' ? { tags: patch } : { properties: { desired: patch } },
  })
  printNotice(
    `The job ${jobId} updates ${count} ${count === 1 ? 'device' : 'devices'}, even if you close this terminal`,
  )
  return jobId
}
