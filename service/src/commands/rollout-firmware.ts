import { ServiceError } from '../hub/service-error.ts'
import { printNotice } from '../terminal.ts'
import { rolloutByHub } from './rollout-by-hub.ts'
import { rolloutByJob } from './rollout-by-job.ts'
import { rolloutByTerminal } from './rollout-by-terminal.ts'
import type { RolloutFirmwareOptions } from './rollout-options.ts'
import type { OpenRegistry } from './runner.ts'
import { UsageError } from './usage.ts'

/**
 * Devices accept any string (docs/guides/rollout.md). A mistyped word would start a rollout to the
 * whole fleet, so a version needs the form of Semantic Versioning 2.0.0, with one to four numbers.
 */
const VERSION = /^v?\d+(?:\.\d+){0,3}(?:[-+][0-9A-Za-z.+-]+)?$/

/**
 * Rolls out firmware: by the hub if it can, otherwise by this terminal, and by a job at a start
 * time.
 */
export async function rolloutFirmware(
  openRegistry: OpenRegistry,
  version: string,
  options: RolloutFirmwareOptions,
): Promise<number> {
  if (version.length > 64 || !VERSION.test(version)) {
    throw new UsageError(
      `Version is ${JSON.stringify(version)}; expected numbers with dots, and perhaps a suffix, such as 1.3.0 or 1.3.0-beta.1`,
    )
  }
  checkTogether(options)
  const byTerminal = (): Promise<number> => rolloutByTerminal(openRegistry({ isPatient: false }), version, options)
  if (options.at !== undefined || options.job !== undefined) {
    const code = await rolloutByJob(openRegistry(), version, options)
    return code ?? byTerminal()
  }
  if (options.by === 'terminal') return byTerminal()
  try {
    return await rolloutByHub(openRegistry, version, options)
  } catch (error) {
    if (options.by === 'hub' || !isUnavailable(error)) throw error
    printNotice(
      `This hub cannot roll out by itself: ${error.message}`,
      'This terminal sends the updates instead, so keep it open; the same command continues after an interruption',
    )
    return byTerminal()
  }
}

/** @throws UsageError for options that exclude or require each other */
function checkTogether({ by, at, job, tier, units, rate, replace }: RolloutFirmwareOptions): void {
  if (by === 'hub' && (at !== undefined || job !== undefined)) {
    throw new UsageError('--by hub starts at once; a start time needs a job, without --by')
  }
  if (by === 'hub' && (tier !== undefined || rate !== undefined || units > 1)) {
    throw new UsageError('--tier, --units, and --rate are the pace of --by terminal; the hub has its own pace')
  }
  if (by === 'terminal' && replace === true) {
    throw new UsageError('--replace is for rollouts by the hub; --by terminal replaces the desired firmware at once')
  }
}

/** The errors of a hub without configurations, or without room for another. */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  'OperationNotAvailableInCurrentTier',
  'FeatureNotSupported',
  'NotImplemented',
  'ConfigurationCountLimitExceeded',
])

function isUnavailable(error: unknown): error is ServiceError {
  return error instanceof ServiceError && UNAVAILABLE.has(error.hubCode ?? '')
}
