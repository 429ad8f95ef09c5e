import { availableParallelism } from 'node:os'
import { buildChecks, checksAfterBuild, runChecks } from './check/checks.ts'

// `npm run check`: build, format, types, lint, architecture, prose, docs examples, packaging. A
// failure does not stop the other checks.

const common = { deadlineInMs: 8 * 60_000, print: (text: string) => void process.stdout.write(text) }

const failures = [
  ...(await runChecks(buildChecks, { ...common, lanes: 1 })),
  ...(await runChecks(checksAfterBuild, { ...common, lanes: Math.min(2, availableParallelism()) })),
]
if (failures.length > 0)
  console.log(`${failures.length} of ${buildChecks.length + checksAfterBuild.length} checks failed`)
process.exit(failures.length === 0 ? 0 : 1)
