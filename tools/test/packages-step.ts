import { type BrowserName, findBrowser } from '../browsers.ts'
import { findProgram } from '../find-program.ts'
import { run } from '../process.ts'
import { findRedis } from '../redis.ts'
import type { StepRun } from './run-steps.ts'
import { NOTHING, type Tally } from './tally.ts'

const PACKAGES: Readonly<Record<BrowserName, string>> = { chromium: 'chromium', firefox: 'firefox-esr' }

/** A program of Debian that some suites need. */
interface Needed {
  readonly name: string
  readonly debianPackage: string
  readonly find: () => string | undefined
}

/** The peers of the back end and of the local hub in tests. */
const PEERS: readonly Needed[] = [
  { name: 'redis-server', debianPackage: 'redis-server', find: findRedis },
  { name: 'mosquitto_pub', debianPackage: 'mosquitto-clients', find: () => findProgram(['mosquitto_pub']) },
]

/** Tells the user how to install a browser. */
export function howToGet(browser: BrowserName): string {
  return howToInstall(PACKAGES[browser])
}

/** Returns the reason if a browser is missing. */
export function missingBrowser(browser: BrowserName): string | undefined {
  return findBrowser(browser) === undefined ? `no ${browser} here; ${howToGet(browser)}` : undefined
}

function howToInstall(debianPackage: string): string {
  return `install it, for example with: sudo apt-get install ${debianPackage}`
}

/**
 * Installs Debian's browsers if this user may do so. Otherwise the suites that need a browser are
 * skipped.
 */
export async function installBrowsers(step: StepRun): Promise<Tally> {
  const browsers = Object.entries(PACKAGES).map(([name, debianPackage]) => ({
    name,
    debianPackage,
    find: () => findBrowser(name as BrowserName),
  }))
  return installAll(browsers, step)
}

/** Installs Debian's peers if this user may do so. Otherwise the tests that need them skip. */
export async function installPeers(step: StepRun): Promise<Tally> {
  return installAll(PEERS, step)
}

async function installAll(needed: readonly Needed[], { deadlineInMs, print }: StepRun): Promise<Tally> {
  const end = Date.now() + deadlineInMs
  for (const each of needed) print(`${await install(each, end)}\n`)
  return NOTHING
}

async function install({ name, debianPackage, find }: Needed, end: number): Promise<string> {
  const found = find()
  if (found !== undefined) return `${name} is installed: ${found}`
  if (process.getuid?.() !== 0) return `No ${name}, and only root may install it; ${howToInstall(debianPackage)}`
  // Debian starts a server of a package at once, unless this says no.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const commands = [['update'], ['install', '--yes', '--no-install-recommends', debianPackage]]
  for (const command of commands) {
    const left = Math.max(end - Date.now(), 1000)
    const { code, reason } = await run('apt-get', ['-qq', ...command], { env, deadlineInMs: left, quiet: true })
    if (code === 0) continue
    return `apt-get ${command[0]} failed (${reason ?? `exit code ${code}`}); ${howToInstall(debianPackage)}`
  }
  return `installed ${name} with apt-get`
}
