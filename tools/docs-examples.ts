import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'
import { readDocstrings } from './docs/docstrings.ts'
import { readMarkdown, type CodeBlock } from './docs/markdown.ts'
import { fileOf, scriptsIn } from './docs/references.ts'
import { runExamples } from './docs/run-examples.ts'
import { typeCheck, type Example } from './docs/type-check.ts'
import { ROOT } from './root.ts'

// Checks that the examples in documents and docstrings compile, that links resolve, and that npm
// scripts exist. Runs the examples that need nothing but the local hub.
//
// A fenced `ts` block is a complete module. Fence it as `ts run` if it starts its own hub and ends,
// and any other code as `text` or as `ts nocheck <reason>`.

const found: string[] = []
const examples: Example[] = []
const IGNORE = ['**/node_modules/**', '**/dist/**', 'test-results/**']

for (const file of globSync('**/*.md', { cwd: ROOT, ignore: IGNORE }).sort()) {
  const text = read(file)
  const { blocks, links } = readMarkdown(text)
  collect(file, blocks)
  for (const link of links) {
    const target = fileOf(link)
    if (target === undefined || existsSync(join(ROOT, dirname(file), target))) continue
    found.push(`${file}:${link.line}: the link leads to ${target}, which does not exist`)
  }
  const scripts = [...scriptsOf('.'), ...scriptsOf(dirname(file))]
  for (const { line, script } of scriptsIn(text)) {
    if (!scripts.includes(script)) found.push(`${file}:${line}: no npm script is called ${script}`)
  }
}

for (const file of globSync(['core/src/**/*.ts', 'emulator/src/**/*.ts'], { cwd: ROOT }).sort()) {
  const { blocks, emptyAt } = readDocstrings(file, read(file))
  collect(file, blocks)
  for (const line of emptyAt) found.push(`${file}:${line}: an @example without a fenced block`)
}

found.push(...(await typeCheck(examples, 2 * 60_000)))
const runnable = examples.filter(({ meta }) => meta === 'run')
// A reader gives up on an example that seems to hang.
found.push(...(await runExamples(runnable, { maxIdleInMs: 2000, deadlineInMs: 60_000 })))
for (const message of found) console.log(message)
console.log(`${examples.length} examples, ${runnable.length} of them run, ${found.length} complaints`)
process.exit(found.length === 0 ? 0 : 1)

function collect(file: string, blocks: readonly CodeBlock[]): void {
  for (const block of blocks) {
    if (block.language !== 'ts' && block.language !== 'typescript') continue
    const [word, ...reason] = block.meta.split(' ')
    if (word !== 'nocheck') examples.push({ file, ...block })
    else if (reason.join('') === '') found.push(`${file}:${block.line}: nocheck without a reason`)
  }
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

function scriptsOf(folder: string): string[] {
  const path = join(ROOT, folder, 'package.json')
  if (!existsSync(path)) return []
  const { scripts = {} } = JSON.parse(readFileSync(path, 'utf8')) as { scripts?: Record<string, string> }
  return Object.keys(scripts)
}
