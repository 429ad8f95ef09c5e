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
  /** Checks vitest's JSON report of the run. */
  readonly checkReport?: (file: string, stepRun: StepRun) => Promise<Tally>
}

/** Runs a suite with vitest in the suite's runtime. */
export async function runSuite(suite: Suite, stepRun: StepRun): Promise<Tally> {
  const { deadlineInMs, print } = stepRun
  const obstacle = suite.obstacle?.()
  if (obstacle !== undefined) return skipped(suite.name, obstacle)

  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-tally-'))
  const file = join(folder, 'tally.json')
  const report = join(folder, 'report.json')
  const [command, ...args] = suite.runtime
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', suite.project, ...(suite.files ?? [])]
  const reporters = ['--reporter=default', '--reporter=./tools/test/tally-reporter.ts']
  if (suite.checkReport !== undefined) reporters.push('--reporter=json', `--outputFile.json=${report}`)
  try {
    const result = await run(command, [...args, ...vitest, ...reporters], {
      cwd: ROOT,
      env: { HUBTWIN_TALLY: file, DENO_NO_UPDATE_CHECK: '1' },
      deadlineInMs,
      print,
    })
    const tally = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tally) : undefined
    const ofTests = checkTally(suite.name, tally, result.reason ?? `exit code ${result.code}`, result.code === 0)
    if (suite.checkReport === undefined || !existsSync(report)) return ofTests
    return sum([ofTests, await suite.checkReport(report, stepRun)])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A runner that crashed counts as a failure, whatever its tally says. A suite without tests counts
 * as skipped.
 */
export function checkTally(name: string, tally: Tally | undefined, end: string, isClean: boolean): Tally {
  if (tally === undefined) return failed(`${name}: vitest ended before its tests (${end})`)
  if (!isClean && tally.failed === 0) return sum([tally, failed(`${name}: vitest failed outside the tests (${end})`)])
  const count = tally.passed + tally.failed + tally.skipped
  return count === 0 ? skipped(name, 'it has no tests yet') : tally
}
