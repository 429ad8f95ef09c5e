import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { run, type RunResult } from '../process.ts'
import { ROOT } from '../root.ts'
import type { Example } from './type-check.ts'

export interface RunLimits {
  /** The longest time that an example may spend waiting. */
  readonly maxIdleInMs: number
  /** A run ends after this time, whatever it does. */
  readonly deadlineInMs: number
}

/** Idle time of a busy machine differs from run to run; a wait of the example does not. */
const ATTEMPTS = 3

/** How a run that waits too long ends. */
const WAITED = 3

/**
 * Runs examples against the built packages, each in its own process. An example that waits too
 * long gets two more attempts.
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
  // Plain JavaScript, because a TypeScript loader waits for its own thread.
  const runner = join(folder, 'run-example.js')
  const source = join(ROOT, 'tools', 'docs', 'run-example.ts')
  writeFileSync(runner, await javaScript(readFileSync(source, 'utf8'), source))
  const messages: string[] = []
  for (const [index, example] of examples.entries()) {
    const file = join(folder, `example-${index}.js`)
    // Empty lines before the code make the line numbers those of the document.
    writeFileSync(file, await javaScript('\n'.repeat(example.line - 1) + example.code, example.file))
    const args = ['--enable-source-maps', runner, file, String(maxIdleInMs)]
    const { code, output, reason } = await attempt(() =>
      run(process.execPath, args, { cwd: folder, deadlineInMs, quiet: true }),
    )
    if (code === 0) continue
    messages.push(`${example.file}:${example.line}: ${reason ?? `exit code ${code}`}\n${output.trimEnd()}`)
  }
  return messages
}

async function attempt(runOnce: () => Promise<RunResult>): Promise<RunResult> {
  let result = await runOnce()
  for (let count = 1; count < ATTEMPTS && result.code === WAITED; count++) result = await runOnce()
  return result
}

/** @param sourcefile appears in stack traces */
async function javaScript(code: string, sourcefile: string): Promise<string> {
  const result = await transform(code, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcefile,
  })
  return result.code
}
