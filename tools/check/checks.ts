import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'

export type Command = readonly [program: string, ...args: string[]]

export interface Check {
  readonly name: string
  /** The programs run in order; the first that fails ends the check. */
  readonly commands: () => readonly Command[]
}

/** The other checks need its result. */
export const buildChecks: readonly Check[] = [{ name: 'build', commands: () => [['npm', 'run', '--silent', 'build']] }]

/** Independent of each other, the longest first. */
export const checksAfterBuild: readonly Check[] = [
  { name: 'format', commands: () => [[binary('oxfmt'), '--check']] },
  { name: 'packaging', commands: () => [program('packaging.ts')] },
  { name: 'types', commands: () => [typesOf('tsconfig.all.json'), ...interopTypes()] },
  { name: 'lint', commands: () => [[binary('oxlint'), '--type-aware', '--deny-warnings']] },
  { name: 'architecture', commands: () => [program('architecture.ts')] },
  { name: 'docs examples', commands: () => [program('docs-examples.ts')] },
  { name: 'site', commands: () => [[...program('site.ts'), 'check']] },
  { name: 'citations', commands: () => [program('citations.ts')] },
  { name: 'prose', commands: () => [program('prose.ts')] },
  { name: 'interop table', commands: () => [[...program('interop-table.ts'), '--check']] },
  { name: 'bundle sizes', commands: () => [program('bundle-sizes.ts')] },
  { name: 'options', commands: () => [[...program('options-table.ts'), '--check']] },
  { name: 'licenses', commands: () => [program('licenses.ts')] },
  { name: 'unused code', commands: () => [[binary('knip')]] },
  { name: 'runtimes table', commands: () => [[...program('runtimes-table.ts'), '--check']] },
  { name: 'jsr', commands: () => [program('jsr.ts')] },
  { name: 'workflows', commands: () => [program('workflows.ts')] },
  { name: 'deployment', commands: () => [program('deploy.ts')] },
]

export interface ChecksRun {
  readonly deadlineInMs: number
  /** How many checks run at the same time. */
  readonly lanes: number
  readonly print: (text: string) => void
}

/**
 * Runs checks and prints the verdict on each, with the output of those that fail.
 *
 * @returns the names of the checks that failed
 */
export async function runChecks(
  checks: readonly Check[],
  { deadlineInMs, lanes, print }: ChecksRun,
): Promise<string[]> {
  const end = Date.now() + deadlineInMs
  const waiting = [...checks]
  const failures: string[] = []
  const runLane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const isGood = await runCheck(check, Math.max(end - Date.now(), 1000), print)
      if (!isGood) failures.push(check.name)
    }
  }
  await Promise.all(Array.from({ length: lanes }, runLane))
  return failures
}

async function runCheck(check: Check, deadlineInMs: number, print: ChecksRun['print']): Promise<boolean> {
  const start = Date.now()
  for (const [command, ...args] of check.commands()) {
    const { code, output, reason } = await run(command, args, { cwd: ROOT, deadlineInMs, quiet: true })
    if (code === 0) continue
    print(`✗ ${check.name} (${reason ?? `exit code ${code}`})\n${output.trimEnd().replaceAll(/^/gm, '    ')}\n`)
    return false
  }
  print(`✓ ${check.name} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`)
  return true
}

/** The interop tests import the official device SDK. `npm test` installs it; `npm ci` does not. */
function interopTypes(): readonly Command[] {
  const folder = join('test', 'interop')
  const isInstalled = existsSync(join(ROOT, folder, 'node_modules'))
  return isInstalled && globSync('*.test.ts', { cwd: join(ROOT, folder) }).length > 0 ? [typesOf(folder)] : []
}

/** A second run checks only what changed since the first, and what depends on it. */
function typesOf(project: string): Command {
  const memory = join('node_modules', '.cache', 'hubtwin', `${project.replaceAll(/\W/g, '-')}.tsbuildinfo`)
  return [binary('tsc'), '-p', project, '--incremental', '--tsBuildInfoFile', memory]
}

function binary(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name)
}

function program(name: string): [string, ...string[]] {
  return [process.execPath, '--import', 'tsx', join('tools', name)]
}
