import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bundle, bundleForPage } from './packaging/browser-size.ts'
import { budgets, nameOf, sizeComplaints, type SizeRecord } from './packaging/size-budget.ts'
import { weighSimulator, weightComplaints } from './packaging/page-weight.ts'
import { root } from './root.ts'

// Bundles every entry that a page may import and compares it with its limit, as well as the script
// of the simulator. With --write, records the sizes of modules and the figures of the README.

const recordFile = join(root, 'tools', 'packaging', 'bundle-sizes.json')
const readmeFile = join(root, 'core', 'README.md')
const [start, end] = ['<!-- bundle sizes -->', '<!-- end of bundle sizes -->']

const sizes: Record<string, Bundle> = {}
for (const budget of budgets) {
  const statement = budget.entries.map((entry, index) => `export * as entry${index} from '${entry}'`).join('\n')
  sizes[nameOf(budget)] = await bundleForPage(statement, root)
}
if (process.argv.includes('--write')) {
  writeFileSync(recordFile, `${JSON.stringify(sizes, null, 2)}\n`)
  writeFileSync(readmeFile, withTable(readFileSync(readmeFile, 'utf8'), sizes))
}

const record = JSON.parse(readFileSync(recordFile, 'utf8')) as SizeRecord
const readme = readFileSync(readmeFile, 'utf8')
const complaints = budgets.flatMap((budget) => {
  const name = nameOf(budget)
  return sizeComplaints(budget, sizes[name] as Bundle, record[name])
})
const weights = await weighSimulator(join(root, 'web-demo'))
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
  const rows = budgets.map((budget) => {
    const bundle = measured[nameOf(budget)]
    const names = budget.entries.map((entry) => `\`${entry}\``).join(' and ')
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
