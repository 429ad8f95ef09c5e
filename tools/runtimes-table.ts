import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RuntimeRecord } from '../test/contract/runtime-record.ts'
import { formatAs } from './format.ts'
import { withSection } from './interop/table.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'
import { readReport, type Report } from './runtimes/read-report.ts'
import { runtimesTable } from './runtimes/table.ts'
import { type ContractStep, contractSuites } from './test/contract-suites.ts'
import { installMatrix, FOLDERS, MORE_FOLDERS } from './test/matrix.ts'

// Runs the contract in every runtime, or in those of the named steps, and writes docs/runtimes.json
// and the table in core/README.md. With --check, compares the table with the record instead.

const RECORD = join(ROOT, 'docs', 'runtimes.json')
const README = join(ROOT, 'core', 'README.md')

const { positionals, values } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } })
const complaints: string[] = []
let records = JSON.parse(readFileSync(RECORD, 'utf8')) as readonly RuntimeRecord[]
if (values.check !== true) {
  await installMatrix([...FOLDERS, ...MORE_FOLDERS])({ deadlineInMs: 8 * 60_000, print: write })
  for (const suite of contractSuites) {
    if (positionals.length > 0 && !positionals.includes(suite.name)) continue
    const obstacle = suite.obstacle?.()
    if (obstacle === undefined) records = replace(records, await record(suite))
    else complaints.push(`${suite.name}: ${obstacle}`)
  }
  writeFileSync(RECORD, formatAs(RECORD, JSON.stringify(records)))
}
const before = readFileSync(README, 'utf8')
const after = formatAs(README, withSection(before, 'runtimes', runtimesTable(records)))
if (values.check !== true) writeFileSync(README, after)
else if (after !== before) complaints.push('core/README.md differs from docs/runtimes.json. Run npm run runtimes:table')
for (const { suite, rows } of expectedRows()) {
  for (const row of rows) {
    if (!records.some(({ runtime }) => runtime === row))
      complaints.push(`docs/runtimes.json lacks ${row}; run ${suite}`)
  }
}
for (const { runtime, tests } of records) {
  for (const [way, [passed, all]] of Object.entries(tests)) {
    if (passed !== all) complaints.push(`${runtime}: ${all - passed} tests over ${way} failed`)
  }
}
for (const complaint of complaints) console.log(complaint)
process.exit(complaints.length === 0 ? 0 : 1)

function expectedRows(): { suite: string; rows: readonly string[] }[] {
  return contractSuites.map(({ name, rows }) => ({ suite: `npm run runtimes:table -- ${name}`, rows }))
}

/** Keeps the order of the suites. */
function replace(old: readonly RuntimeRecord[], found: readonly RuntimeRecord[]): RuntimeRecord[] {
  const order = contractSuites.flatMap(({ rows }) => rows)
  const kept = old.filter(({ runtime }) => !found.some((each) => each.runtime === runtime))
  return [...kept, ...found].sort((a, b) => order.indexOf(a.runtime) - order.indexOf(b.runtime))
}

async function record(suite: ContractStep): Promise<RuntimeRecord[]> {
  write(`${suite.title} …\n`)
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-runtimes-'))
  const file = join(folder, 'vitest.json')
  const [command, ...args] = suite.runtime
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', suite.project]
  try {
    const { code, output, reason } = await run(
      command,
      [...args, ...vitest, '--reporter=json', `--outputFile=${file}`],
      { cwd: ROOT, deadlineInMs: suite.minutes * 60_000, quiet: true },
    )
    if (!existsSync(file)) throw new Error(`${suite.name} ended early (${reason ?? `exit code ${code}`}):\n${output}`)
    return readReport(JSON.parse(readFileSync(file, 'utf8')) as Report, await suite.version())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(text: string): void {
  process.stdout.write(text)
}
