import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { Example } from './type-check.ts'

export interface RunLimits {
  /** The longest time that an example may spend waiting. */
  readonly maxIdleInMs: number
  /** A run ends after this time, whatever it does. */
  readonly deadlineInMs: number
}

/**
 * Runs examples against the built packages, each in a process of its own.
 *
 * @param scratch the name of a folder for the examples, emptied before and kept for inspection
 * @returns one message for each example that fails, waits too long, or does not end
 */
export async function runExamples(
  examples: readonly Example[],
  { maxIdleInMs, deadlineInMs }: RunLimits,
  scratch = 'docs-examples-run',
): Promise<string[]> {
  // Inside node_modules, so that the packages are found by their public names.
  const folder = join(ROOT, 'node_modules', '.cache', scratch)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const tsx = join(ROOT, 'node_modules', '.bin', 'tsx')
  const runner = join(ROOT, 'tools', 'docs', 'run-example.ts')
  const messages: string[] = []
  for (const [index, example] of examples.entries()) {
    const file = join(folder, `example-${index}.ts`)
    // Empty lines before the code make the line numbers those of the document.
    writeFileSync(file, '\n'.repeat(example.line - 1) + example.code)
    const args = [runner, file, String(maxIdleInMs)]
    const { code, output, reason } = await run(tsx, args, { cwd: folder, deadlineInMs, quiet: true })
    if (code === 0) continue
    messages.push(`${example.file}:${example.line}: ${reason ?? `exit code ${code}`}\n${output.trimEnd()}`)
  }
  return messages
}
