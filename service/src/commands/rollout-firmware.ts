import { ServiceError } from '../hub/service-error.ts'
import { printNotice } from '../terminal.ts'
import { rolloutByHub } from './rollout-by-hub.ts'
import { rolloutByJob } from './rollout-by-job.ts'
import { rolloutByTerminal } from './rollout-by-terminal.ts'
import type { RolloutFirmwareOptions } from './rollout-options.ts'
import type { OpenRegistry } from './runner.ts'
import { UsageError } from './usage.ts'

/**
 * Rolls out firmware: by the hub if it can, otherwise by this terminal, and by a job at a start
 * time.
 */
export async function rolloutFirmware(
  openRegistry: OpenRegistry,
  version: string,
  options: RolloutFirmwareOptions,
): Promise<number> {
  // The characters that devices accept in a version (docs/guides/rollout.md).
  if (!/^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u.test(version)) {
    throw new UsageError(`Version is ${JSON.stringify(version)}; expected 1 to 64 characters without white space`)
  }
  const byTerminal = (): Promise<number> => rolloutByTerminal(openRegistry({ isPatient: false }), version, options)
  if (options.at !== undefined || options.job !== undefined) {
    if (options.by === 'hub') throw new UsageError('--by hub starts at once; a start time needs a job, without --by')
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
