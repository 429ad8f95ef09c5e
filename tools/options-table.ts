import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatAs } from './format.ts'
import { withSection } from './interop/table.ts'
import { readOptions } from './options/read-options.ts'
import { SOURCES } from './options/sources.ts'
import { defaultComplaints, optionsTable } from './options/table.ts'
import { ROOT } from './root.ts'

// Writes the tables of options in core/README.md from the docstrings of the options, and compares
// the defaults there with those that the code applies. With --check, compares the tables too.

const { values } = parseArgs({ options: { check: { type: 'boolean' } } })
const README = join(ROOT, 'core', 'README.md')
const before = readFileSync(README, 'utf8')
const complaints: string[] = []
let after = before
for (const { heading, file, interface: name, applied } of SOURCES) {
  const options = readOptions(file, readFileSync(join(ROOT, file), 'utf8'), name)
  complaints.push(...defaultComplaints(options, applied()).map((complaint) => `${file}: ${complaint}`))
  after = withSection(after, name, optionsTable(heading, options))
}
after = formatAs(README, after)
if (values.check !== true) writeFileSync(README, after)
else if (after !== before) complaints.push('core/README.md differs from the docstrings. Run npm run options:table')
for (const complaint of complaints) console.log(complaint)
process.exit(complaints.length === 0 ? 0 : 1)
