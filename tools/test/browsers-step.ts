import { type BrowserName, findBrowser } from '../browsers.ts'
import { run } from '../process.ts'
import { nothing, type Tally } from './tally.ts'

const packages: Readonly<Record<BrowserName, string>> = { chromium: 'chromium', firefox: 'firefox-esr' }

export function howToGet(browser: BrowserName): string {
  return `install it, for example with: sudo apt-get install ${packages[browser]}`
}

/** Installs Debian's browsers where that is possible without asking; otherwise the suites that need one are skipped. */
export async function installBrowsers(deadlineInMs: number): Promise<Tally> {
  const end = Date.now() + deadlineInMs
  for (const browser of Object.keys(packages) as BrowserName[]) await installBrowser(browser, end)
  return nothing
}

async function installBrowser(browser: BrowserName, end: number): Promise<void> {
  const found = findBrowser(browser)
  if (found !== undefined) return console.log(`${browser} is there: ${found}`)
  if (process.getuid?.() !== 0) {
    return console.log(`No ${browser}, and only root may install it; ${howToGet(browser)}`)
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const commands = [['update'], ['install', '--yes', '--no-install-recommends', packages[browser]]]
  for (const command of commands) {
    const left = Math.max(end - Date.now(), 1000)
    const { code, reason } = await run('apt-get', ['-qq', ...command], { env, deadlineInMs: left, quiet: true })
    if (code === 0) continue
    return console.log(`apt-get ${command[0]} failed (${reason ?? `exit code ${code}`}); ${howToGet(browser)}`)
  }
  console.log(`installed ${browser} by apt-get`)
}
