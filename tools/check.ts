import { allChecks, runCheck } from './check/checks.ts'

// `npm run check`: format, types, lint, architecture, docs examples, packaging. All run, even after a failure.

const deadlineInMs = 3 * 60_000

let failures = 0
for (const check of allChecks) {
  if (!(await runCheck(check, deadlineInMs))) failures += 1
}
if (failures > 0) console.log(`${failures} of ${allChecks.length} checks failed`)
process.exit(failures === 0 ? 0 : 1)
