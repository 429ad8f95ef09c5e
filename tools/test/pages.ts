import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserName } from '../browsers.ts'
import { run } from '../process.ts'
import { root } from '../root.ts'
import { judge } from './suite.ts'
import { skipped, type Tally } from './tally.ts'

/** Runs the tests of the pages by Playwright in one browser and reads what came of them. */
export async function runPages(
  browser: BrowserName,
  obstacle: string | undefined,
  deadlineInMs: number,
): Promise<Tally> {
  const name = `e2e-${browser}`
  if (obstacle !== undefined) return skipped(name, obstacle)
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-tally-'))
  const file = join(folder, 'tally.json')
  const playwright = ['node_modules/@playwright/test/cli.js', 'test', '--config', 'test/e2e/playwright.config.ts']
  try {
    const { code, reason } = await run(process.execPath, [...playwright, '--project', browser], {
      cwd: root,
      env: { HUBTWIN_TALLY: file },
      deadlineInMs,
    })
    const tally = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tally) : undefined
    return judge(name, tally, reason ?? `exit code ${code}`, code === 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
