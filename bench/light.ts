import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startBenchHub } from './hub/start.ts'
import { desired } from './light/desired.ts'
import { flat } from './light/flat.ts'
import { many } from './light/many.ts'
import { page } from './light/page.ts'
import { reports } from './light/reports.ts'
import { resync } from './light/resync.ts'
import { starts } from './light/starts.ts'
import type { BenchTable, TableOptions } from './light/table.ts'
import { weight } from './light/weight.ts'
import { facts } from './report/facts.ts'
import type { Metric } from './report/ratios.ts'
import type { Recording } from './report/recording.ts'
import { withSection } from './report/section.ts'
import { formatAs } from '../tools/format.ts'

// hubtwin/light against its peers: `npm run bench:light -- [table…] [--write] [--json FILE]
// [options]`. Each table has its own hub. It prints figures, and asserts only that every
// client did the same work. `--json` keeps the samples for the charts of the site.

const TABLES: readonly BenchTable[] = [weight, starts, reports, desired, resync, many, page, flat]
const FILE = fileURLToPath(new URL('./light.md', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    sequential: { type: 'string', default: '10000' },
    burst: { type: 'string', default: '1000' },
    devices: { type: 'string', default: '100,1000,2000' },
    changes: { type: 'string', default: '100000' },
    reconnects: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const metrics: Metric[] = []
const options: TableOptions = {
  record: (more) => void metrics.push(...more),
  rounds: Number(values.rounds),
  sequential: Number(values.sequential),
  burst: Number(values.burst),
  devices: values.devices.split(',').map(Number),
  changes: Number(values.changes),
  reconnects: Number(values.reconnects),
}
const unknown = positionals.find((name) => !TABLES.some((each) => each.name === name))
if (unknown !== undefined) {
  console.error(`There is no table "${unknown}"; there are ${TABLES.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}
if (!existsSync(new URL('../test/interop/node_modules/azure-iot-device', import.meta.url))) {
  console.error('The official SDK is not installed. Install it with: npm ci --prefix test/interop')
  process.exit(1)
}

const atStart = facts()
const context = atStart.map((fact) => `- ${fact}`).join('\n')
console.log(context)
for (const table of TABLES) {
  if (positionals.length > 0 && !positionals.includes(table.name)) continue
  const hub = await startBenchHub()
  try {
    const text = await table.run(hub, options)
    console.log(`\n## ${table.name}\n\n${text}`)
    if (values.write) {
      const written = withSection(readFileSync(FILE, 'utf8'), table.name, text)
      writeFileSync(FILE, formatAs(FILE, withSection(written, 'machine', context)))
    }
  } finally {
    await hub.close()
  }
}
if (values.json !== undefined) {
  const recording: Recording = { date: new Date().toISOString().slice(0, 10), facts: atStart, metrics }
  writeFileSync(values.json, formatAs(values.json, JSON.stringify(recording)))
}
process.exit(0)
