import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { CodeBlock } from './markdown.ts'

export interface Example extends CodeBlock {
  readonly file: string
}

/** A reader's settings: strict, with only the defaults of `npm init` and Node's types. */
const COMPILER_OPTIONS = {
  target: 'ES2022',
  module: 'NodeNext',
  lib: ['ES2022', 'DOM', 'DOM.AsyncIterable'],
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  moduleDetection: 'force',
  rewriteRelativeImportExtensions: true,
}

/**
 * Type-checks examples against the built packages.
 *
 * @param scratch the name of a folder for the examples, emptied before and kept for inspection
 * @returns one message per error, with the place in the document
 */
export async function typeCheck(
  examples: readonly Example[],
  deadlineInMs: number,
  scratch = 'docs-examples',
): Promise<string[]> {
  // Inside node_modules, so that the packages are found by their public names and no tool of ours
  // looks at the files.
  const folder = join(ROOT, 'node_modules', '.cache', scratch)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const names = examples.map((example, index) => {
    const name = `example-${index}.ts`
    // Empty lines before the code make the compiler's line numbers those of the document.
    writeFileSync(join(folder, name), '\n'.repeat(example.line - 1) + example.code)
    return name
  })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: names }))
  if (names.length === 0) return []

  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
  const { code, output, reason } = await run(tsc, ['-p', folder, '--pretty', 'false'], {
    cwd: folder,
    deadlineInMs,
    quiet: true,
  })
  if (code === 0) return []
  const messages = output
    .trimEnd()
    .replaceAll(/^example-(\d+)\.ts\((\d+),\d+\)/gm, (_, index: string, line: string) => {
      return `${examples[Number(index)]?.file ?? '?'}:${line}`
    })
  return messages === '' ? [`tsc failed: ${reason ?? `exit code ${code}`}`] : messages.split(/\n(?! )/)
}
