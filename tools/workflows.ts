import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { ROOT } from './root.ts'
import { workflowComplaints } from './workflows/rules.ts'

// Checks the workflows of GitHub Actions: pinned actions, few rights, deadlines.

const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: ROOT, dot: true }).sort()
let count = 0
for (const file of files) {
  const complaints = workflowComplaints(readFileSync(join(ROOT, file), 'utf8'))
  for (const complaint of complaints) console.log(`${file}: ${complaint}`)
  count += complaints.length
}
console.log(`${files.length} workflows, ${count} complaints`)
process.exit(count === 0 && files.length > 0 ? 0 : 1)
