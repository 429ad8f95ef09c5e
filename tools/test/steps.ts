import { join } from 'node:path'
import { checksAfterBuild, runChecks } from '../check/checks.ts'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import { contractSuites, DENO, type SuiteStep } from './contract-suites.ts'
import { exampleSuites } from './example-suites.ts'
import { FOLDERS, installMatrix, missing, MORE_FOLDERS } from './matrix.ts'
import { installBrowsers, installPeers, missingBrowser } from './packages-step.ts'
import { runPages } from './pages.ts'
import type { Group, Step, StepRun } from './run-steps.ts'
import { runSuite, type Suite } from './suite.ts'
import { failed, NOTHING, passed, skipped, type Tally } from './tally.ts'

const MINUTE = 60_000
const DEVICE_SDK = join(ROOT, 'test', 'interop', 'node_modules', 'azure-iot-device')

/** Every step, in order. */
export const steps: readonly Step[] = [
  { name: 'matrix', title: 'other runtimes', needs: [], deadlineInMs: 3 * MINUTE, run: installMatrix(FOLDERS) },
  {
    name: 'matrix-all',
    title: 'the runtimes of npm run test:all',
    needs: [],
    group: 'slow',
    deadlineInMs: 5 * MINUTE,
    run: installMatrix(MORE_FOLDERS),
  },
  { name: 'browsers', title: 'browsers', needs: [], deadlineInMs: 4 * MINUTE, run: installBrowsers },
  // After the browsers: apt-get runs once at a time.
  {
    name: 'peers',
    title: "Redis, and Mosquitto's clients",
    needs: ['browsers'],
    deadlineInMs: 3 * MINUTE,
    run: installPeers,
  },
  { name: 'build', title: 'build', needs: [], deadlineInMs: 2 * MINUTE, run: build },
  // The longest steps first, so that the lanes end together.
  {
    name: 'pages',
    title: 'the pages in Chromium',
    needs: ['browsers', 'build'],
    deadlineInMs: 15 * MINUTE,
    run: (stepRun) => runPages('pages', { chromium: 'chromium' }, missingBrowser, stepRun),
  },
  suite('service', 'the back end', 20, { needs: ['peers'] }),
  suite('emulator', 'the hub', 20, { needs: ['peers'] }),
  { name: 'check', title: 'house rules', needs: ['matrix', 'build'], deadlineInMs: 12 * MINUTE, run: check },
  suite('faults', 'the real client under random plans of faults', 10),
  ...contractSuites.map(stepOf),
  suite('demo', 'the programs', 8, { needs: ['matrix'] }),
  suite('interop', 'the official SDKs', 6, {
    needs: ['matrix'],
    obstacle: missing(DEVICE_SDK, 'the official device SDK', 'azure-iot-device'),
    checkReport: checkInteropTable,
  }),
  suite('unit', 'pure code', 5),
  suite('tools', 'the house rules themselves', 4),
  suite('session', 'session against a scripted wire', 4),
  {
    name: 'pages-slow',
    title: 'a hidden tab, a simulated day and a large fleet in Chromium',
    needs: ['browsers', 'build'],
    group: 'slow',
    deadlineInMs: 8 * MINUTE,
    run: (stepRun) => runPages('pages-slow', { slow: 'chromium' }, missingBrowser, stepRun),
  },
  {
    name: 'pages-again',
    title: 'the pages in Firefox where browsers differ, and the twin of a page with mqtt.js',
    needs: ['browsers', 'build'],
    group: 'slow',
    deadlineInMs: 10 * MINUTE,
    run: (stepRun) =>
      runPages('pages-again', { firefox: 'firefox', 'chromium-mqttjs': 'chromium' }, missingBrowser, stepRun),
  },
  {
    name: 'site',
    title: 'the documentation site in Chromium',
    needs: ['browsers', 'build'],
    group: 'slow',
    deadlineInMs: 8 * MINUTE,
    run: testSite,
  },
  suite('slow', 'kills of the local hub and of the token service, and more plans of faults', 15, {
    group: 'slow',
    needs: ['peers'],
  }),
  ...exampleSuites.map(stepOf),
  {
    name: 'first-minutes',
    title: 'the first ten minutes of a new user',
    needs: ['browsers', 'build'],
    group: 'slow',
    deadlineInMs: 5 * MINUTE,
    run: walkFirstMinutes,
  },
  {
    name: 'jsr',
    title: 'rehearsal of a release on JSR',
    needs: ['matrix'],
    group: 'slow',
    deadlineInMs: 4 * MINUTE,
    run: rehearseJsr,
  },
  {
    name: 'release',
    title: 'rehearsal of a release',
    needs: ['build'],
    group: 'slow',
    deadlineInMs: 4 * MINUTE,
    run: rehearseRelease,
  },
]

interface Differences extends Partial<Suite> {
  readonly needs?: readonly string[]
  readonly group?: Group
}

function suite(name: string, title: string, minutes: number, differences: Differences = {}): Step {
  return stepOf({ name, title, minutes, project: name, runtime: [process.execPath], ...differences })
}

function stepOf({ title, minutes, needs = [], group = 'fast', ...whole }: SuiteStep): Step {
  return {
    name: whole.name,
    title,
    needs: [...needs, 'build'],
    group,
    deadlineInMs: minutes * MINUTE,
    run: (stepRun) => runSuite(whole, stepRun),
  }
}

async function build({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const { code, reason } = await run('npm', ['run', '--silent', 'build'], { cwd: ROOT, deadlineInMs, print })
  return code === 0 ? passed() : failed(`build: ${reason ?? `exit code ${code}`}`)
}

async function rehearseRelease({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const npm = ['run', '--silent', 'release', '--', '--dry-run', '--skip-check']
  const { code, reason } = await run('npm', npm, { cwd: ROOT, deadlineInMs, print })
  return code === 0 ? passed() : failed(`release: ${reason ?? `exit code ${code}`}`)
}

/** Builds the site, checks its links, and opens its pages. */
async function testSite(stepRun: StepRun): Promise<Tally> {
  const { deadlineInMs, print } = stepRun
  const args = ['--import', 'tsx', 'tools/site.ts', 'build']
  const { code, reason } = await run(process.execPath, args, { cwd: ROOT, deadlineInMs, print })
  if (code !== 0) return failed(`site: ${reason ?? `exit code ${code}`}`)
  return runPages('site', { docs: 'chromium' }, missingBrowser, stepRun)
}

async function walkFirstMinutes({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const args = ['--import', 'tsx', 'tools/first-minutes.ts']
  const { code, reason } = await run(process.execPath, args, { cwd: ROOT, deadlineInMs, print })
  return code === 0 ? passed() : failed(`first-minutes: ${reason ?? `exit code ${code}`}`)
}

async function rehearseJsr({ deadlineInMs, print }: StepRun): Promise<Tally> {
  const obstacle = missing(DENO, 'Deno', '@deno/linux-x64-glibc')()
  if (obstacle !== undefined) return skipped('jsr', obstacle)
  const args = ['--import', 'tsx', 'tools/jsr.ts', '--dry-run']
  const { code, reason } = await run(process.execPath, args, { cwd: ROOT, deadlineInMs, print })
  return code === 0 ? passed() : failed(`jsr: ${reason ?? `exit code ${code}`}`)
}

/** Compares the tables of the official SDKs with the results of the step `interop`. */
async function checkInteropTable(report: string, { deadlineInMs, print }: StepRun): Promise<Tally> {
  const args = ['--import', 'tsx', 'tools/interop-table.ts', '--report', report]
  const { code, reason } = await run(process.execPath, args, { cwd: ROOT, deadlineInMs, print })
  return code === 0 ? passed() : failed(`interop table: ${reason ?? `exit code ${code}`}`)
}

async function check({ deadlineInMs, print }: StepRun): Promise<Tally> {
  // The step `interop` checks its table itself.
  const checks = checksAfterBuild.filter(({ name }) => name !== 'interop table')
  const failures = await runChecks(checks, { deadlineInMs, print, lanes: 1 })
  return {
    ...NOTHING,
    passed: checks.length - failures.length,
    failed: failures.length,
    failures: failures.map((name) => `check ${name}`),
  }
}
