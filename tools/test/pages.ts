import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserName } from '../browsers.ts'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { StepRun } from './run-steps.ts'
import { checkTally } from './suite.ts'
import { skipped, sum, type Tally } from './tally.ts'

/** The demo pages as the step `build` built them. */
const SITE = join(ROOT, 'emulator', 'dist', 'page', 'demo')

/**
 * Runs projects of Playwright Test together, so that they share one build of the pages and all
 * workers.
 *
 * @param projects project names from test/pages/playwright.config.ts, each with the browser that it
 * needs
 * @param obstacleTo returns the reason if a browser cannot run here; its projects are skipped
 */
export async function runPages(
  name: string,
  projects: Readonly<Record<string, BrowserName>>,
  obstacleTo: (browser: BrowserName) => string | undefined,
  { deadlineInMs, print }: StepRun,
): Promise<Tally> {
  const skips: Tally[] = []
  const possible: string[] = []
  for (const [project, browser] of Object.entries(projects)) {
    const obstacle = obstacleTo(browser)
    if (obstacle === undefined) possible.push('--project', project)
    else skips.push(skipped(`${name}: ${project}`, obstacle))
  }
  if (possible.length === 0) return sum(skips)
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-tally-'))
  const file = join(folder, 'tally.json')
  const playwright = ['node_modules/@playwright/test/cli.js', 'test', '--config', 'test/pages/playwright.config.ts']
  try {
    const { code, reason } = await run(process.execPath, [...playwright, ...possible], {
      cwd: ROOT,
      env: { HUBTWIN_TALLY: file, HUBTWIN_PAGES_SITE: SITE },
      deadlineInMs,
      print,
    })
    const tally = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tally) : undefined
    return sum([checkTally(name, tally, reason ?? `exit code ${code}`, code === 0), ...skips])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
