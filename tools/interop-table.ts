import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { notHere } from '../test/interop/operations/not-here.ts'
import { formatAs } from './format.ts'
import { asListed, asRun, onlyOperations, type Outcome, summaryLine, tables, withSection } from './interop/table.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'

// Runs test/interop/operations and writes the results of the official SDKs into the documents. With
// --check, compares the documents with the titles of the tests instead. That needs no device SDK.
// With --check --report FILE, compares them with vitest's JSON report of a run.

const { values } = parseArgs({ options: { check: { type: 'boolean' }, report: { type: 'string' } } })
const isCheck = values.check === true || values.report !== undefined
const outcomes = await readOutcomes()
const sections = [
  { file: 'docs/emulator/azure-sdks.md', name: 'interop', text: tables(outcomes, notHere) },
  { file: 'README.md', name: 'interop summary', text: summaryLine(outcomes, notHere) },
]

const stale: string[] = []
for (const { file, name, text } of sections) {
  const path = join(ROOT, file)
  const before = readFileSync(path, 'utf8')
  const after = formatAs(path, withSection(before, name, text))
  if (after === before) continue
  if (isCheck) stale.push(file)
  else writeFileSync(path, after)
}
for (const file of stale) console.log(`${file} differs from the tests in test/interop. Run npm run interop:table`)
const failures = outcomes.filter((outcome) => !outcome.passed)
for (const { sdk, operation } of failures) console.log(`${sdk}: ${operation} failed`)
process.exit(stale.length + failures.length === 0 ? 0 : 1)

async function readOutcomes(): Promise<Outcome[]> {
  if (values.report !== undefined) return asRun(onlyOperations(JSON.parse(readFileSync(values.report, 'utf8'))))
  return isCheck ? asListed(await vitest('list', '--json')) : asRun(await vitest('run', '--reporter=json'))
}

/** Runs vitest on the operations and returns its JSON output. */
async function vitest(command: string, ...args: string[]): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-interop-'))
  const file = join(folder, 'vitest.json')
  const output = command === 'list' ? [`--json=${file}`] : [...args, `--outputFile=${file}`]
  const program = ['node_modules/vitest/vitest.mjs', command, '--project', 'interop', 'test/interop/operations']
  try {
    const result = await run(process.execPath, [...program, ...output], {
      cwd: ROOT,
      deadlineInMs: 180_000,
      quiet: true,
    })
    if (result.code === undefined) throw new Error(`vitest ${command}: ${result.reason ?? ''}\n${result.output}`)
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
