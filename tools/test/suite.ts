import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { StepRun } from './run-steps.ts'
import { failed, skipped, sum, type Tally } from './tally.ts'

export interface Suite {
  readonly name: string
  /** The project of vitest.config.ts. */
  readonly project: string
  /** Test files of the project. @default all */
  readonly files?: readonly string[]
  /** The JavaScript runtime that runs vitest, with its arguments before the script. */
  readonly runtime: readonly [command: string, ...args: string[]]
  /** Returns the reason if the suite cannot run on this machine. */
  readonly obstacle?: () => string | undefined
}

/** Runs a suite with vitest in the suite's runtime. */
export async function runSuite(suite: Suite, { deadlineInMs, print }: StepRun): Promise<Tally> {
  const obstacle = suite.obstacle?.()
  if (obstacle !== undefined) return skipped(suite.name, obstacle)

  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-tally-'))
  const file = join(folder, 'tally.json')
  const [command, ...args] = suite.runtime
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', suite.project, ...(suite.files ?? [])]
  const reporters = ['--reporter=default', '--reporter=./tools/test/tally-reporter.ts']
  try {
    const result = await run(command, [...args, ...vitest, ...reporters], {
      cwd: ROOT,
      env: { HUBTWIN_TALLY: file, DENO_NO_UPDATE_CHECK: '1' },
      deadlineInMs,
      print,
    })
    const tally = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tally) : undefined
    return judge(suite.name, tally, result.reason ?? `exit code ${result.code}`, result.code === 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A runner that crashed counts as a failure, whatever its tally says. A suite without tests counts
 * as skipped.
 */
export function judge(name: string, tally: Tally | undefined, end: string, isClean: boolean): Tally {
  if (tally === undefined) return failed(`${name}: vitest ended before its tests (${end})`)
  if (!isClean && tally.failed === 0) return sum([tally, failed(`${name}: vitest failed outside the tests (${end})`)])
  const count = tally.passed + tally.failed + tally.skipped
  return count === 0 ? skipped(name, 'it has no tests yet') : tally
}
