import { allChecks, runCheck } from './check/checks.ts'

// `npm run check`: format, types, lint, architecture, documents, sizes, packaging. All checks run,
// even after a failure.

const deadlineInMs = 3 * 60_000

let failures = 0
for (const check of allChecks) {
  if (!(await runCheck(check, deadlineInMs))) failures += 1
}
if (failures > 0) console.log(`${failures} of ${allChecks.length} checks failed`)
process.exit(failures === 0 ? 0 : 1)
