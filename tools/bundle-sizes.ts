import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bundle, bundleForPage } from './packaging/browser-size.ts'
import { weighSimulator, weightComplaints } from './packaging/page-weight.ts'
import { BUDGETS, nameOf, pageOf, sizeComplaints, type SizeRecord } from './packaging/size-budget.ts'
import { ROOT } from './root.ts'

// Bundles every entry that a page may import, and the script of the simulator, and compares them
// with their limits. With --write, records the sizes of modules and the figures of the README.

const RECORD_FILE = join(ROOT, 'tools', 'packaging', 'bundle-sizes.json')
const README_FILE = join(ROOT, 'core', 'README.md')
const [start, end] = ['<!-- bundle sizes -->', '<!-- end of bundle sizes -->']

const sizes: Record<string, Bundle> = {}
for (const budget of BUDGETS) {
  sizes[nameOf(budget)] = await bundleForPage(pageOf(budget), ROOT)
}
if (process.argv.includes('--write')) {
  writeFileSync(RECORD_FILE, `${JSON.stringify(sizes, null, 2)}\n`)
  writeFileSync(README_FILE, withTable(readFileSync(README_FILE, 'utf8'), sizes))
}

const record = JSON.parse(readFileSync(RECORD_FILE, 'utf8')) as SizeRecord
const readme = readFileSync(README_FILE, 'utf8')
const complaints = BUDGETS.flatMap((budget) => {
  const name = nameOf(budget)
  return sizeComplaints(budget, sizes[name] as Bundle, record[name])
})
const weights = await weighSimulator(join(ROOT, 'web-demo'))
complaints.push(...weightComplaints(weights))
if (readme !== withTable(readme, record)) complaints.push('The sizes in core/README.md differ from the record')
console.log(tableOf(sizes))
for (const { name, bytes, limit } of weights) console.log(`${name}: ${bytes} of ${limit} bytes of script (brotli)`)
for (const complaint of complaints) console.log(complaint)
if (complaints.length > 0) console.log('Make it smaller, or set the limit and run: tsx tools/bundle-sizes.ts --write')
process.exit(complaints.length === 0 ? 0 : 1)

function withTable(text: string, measured: SizeRecord): string {
  const [before = '', rest = ''] = text.split(start)
  const [, after = ''] = rest.split(end)
  return `${before}${start}\n\n${tableOf(measured)}\n\n${end}${after}`
}

function tableOf(measured: SizeRecord): string {
  const rows = BUDGETS.map((budget) => {
    const bundle = measured[nameOf(budget)]
    const entries = budget.entries.map((entry) => `\`${entry}\``).join(' and ')
    const names = budget.name === undefined ? entries : `\`${budget.name}\` of ${entries}`
    return [names, kilobytes(bundle?.raw), kilobytes(bundle?.gzip), kilobytes(budget.limit)]
  })
  const all = [['a page imports', 'minified', 'gzip -9', 'limit'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const lines = all.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  return [lines[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join('\n')
}

function kilobytes(bytes = 0): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
