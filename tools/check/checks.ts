import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { run } from '../process.ts'
import { root } from '../root.ts'

export type Command = readonly [program: string, ...args: string[]]

export interface Check {
  readonly name: string
  /** Programs that run one after the other. The first failure ends the check. */
  readonly commands: () => readonly Command[]
}

/**
 * The checks of `npm run check`, in order. Later checks need the build of the types and of the
 * hub's page.
 */
export const allChecks: readonly Check[] = [
  { name: 'format', commands: () => [[binary('prettier'), '--check', '--log-level=warn', '.']] },
  {
    name: 'types',
    commands: () => [[binary('tsc'), '-b'], [binary('tsc'), '-p', 'tsconfig.all.json'], ...interopTypes()],
  },
  { name: 'page', commands: () => [[binary('vite'), 'build', 'emulator/page']] },
  { name: 'lint', commands: () => [[binary('oxlint'), '--type-aware', '--deny-warnings']] },
  { name: 'architecture', commands: () => [program('architecture.ts')] },
  { name: 'docs examples', commands: () => [program('docs-examples.ts')] },
  { name: 'citations', commands: () => [program('citations.ts')] },
  { name: 'interop table', commands: () => [[...program('interop-table.ts'), '--check']] },
  { name: 'bundle sizes', commands: () => [program('bundle-sizes.ts')] },
  { name: 'packaging', commands: () => [program('packaging.ts')] },
]

/** Runs a check and prints its result. Prints the output only after a failure. */
export async function runCheck(check: Check, deadlineInMs: number): Promise<boolean> {
  const start = Date.now()
  for (const [command, ...args] of check.commands()) {
    const { code, output, reason } = await run(command, args, { cwd: root, deadlineInMs, quiet: true })
    if (code === 0) continue
    console.log(`✗ ${check.name} (${reason ?? `exit code ${code}`})`)
    console.log(output.trimEnd().replaceAll(/^/gm, '    '))
    return false
  }
  console.log(`✓ ${check.name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  return true
}

/**
 * The interop tests import the official device SDK, which `npm test` installs and `npm ci` does
 * not.
 */
function interopTypes(): readonly Command[] {
  const folder = join('test', 'interop')
  const isInstalled = existsSync(join(root, folder, 'node_modules'))
  return isInstalled && globSync('*.test.ts', { cwd: join(root, folder) }).length > 0
    ? [[binary('tsc'), '-p', folder]]
    : []
}

function binary(name: string): string {
  return join(root, 'node_modules', '.bin', name)
}

function program(name: string): [string, ...string[]] {
  return [process.execPath, '--import', 'tsx', join('tools', name)]
}
