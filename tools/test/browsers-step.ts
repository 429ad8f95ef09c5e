import { type BrowserName, findBrowser } from '../browsers.ts'
import { run } from '../process.ts'
import type { StepRun } from './run-steps.ts'
import { nothing, type Tally } from './tally.ts'

const packages: Readonly<Record<BrowserName, string>> = { chromium: 'chromium', firefox: 'firefox-esr' }

/** Tells the user how to install a browser. */
export function howToGet(browser: BrowserName): string {
  return `install it, for example with: sudo apt-get install ${packages[browser]}`
}

/** Returns the reason if a browser is missing. */
export function missingBrowser(browser: BrowserName): string | undefined {
  return findBrowser(browser) === undefined ? `no ${browser} here; ${howToGet(browser)}` : undefined
}

/**
 * Installs Debian's browsers if this user may do so. Otherwise the suites that need a browser are
 * skipped.
 */
export async function installBrowsers({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const end = Date.now() + deadlineInMs
  for (const browser of Object.keys(packages) as BrowserName[]) {
    print(`${await installBrowser(browser, end)}\n`)
  }
  return nothing
}

async function installBrowser(browser: BrowserName, end: number): Promise<string> {
  const found = findBrowser(browser)
  if (found !== undefined) return `${browser} is installed: ${found}`
  if (process.getuid?.() !== 0) {
    return `No ${browser}, and only root may install it; ${howToGet(browser)}`
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const commands = [['update'], ['install', '--yes', '--no-install-recommends', packages[browser]]]
  for (const command of commands) {
    const left = Math.max(end - Date.now(), 1000)
    const { code, reason } = await run('apt-get', ['-qq', ...command], { env, deadlineInMs: left, quiet: true })
    if (code === 0) continue
    return `apt-get ${command[0]} failed (${reason ?? `exit code ${code}`}); ${howToGet(browser)}`
  }
  return `installed ${browser} with apt-get`
}
