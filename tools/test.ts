import { parseArgs } from 'node:util'
import { steps, type Step } from './test/steps.ts'
import { failed, sum, summary, type Tally } from './test/tally.ts'

// `npm test [-- step …]`: all suites that this machine can run, or those named with what they need.

/** Twice what a run takes on two idle cores: a machine with other work gives a verdict too. */
const budgetInMs = 30 * 60_000

const names = steps.map((step) => step.name)
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } },
})
const unknown = positionals.filter((name) => !names.includes(name))
if (values.help === true || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No step is called ${unknown.join(', ')}.`)
  console.log(`Usage: npm test [-- step …], where the steps are: ${names.join(', ')}`)
  process.exit(unknown.length > 0 ? 1 : 0)
}

const start = Date.now()
const tallies: Tally[] = []
for (const step of positionals.length === 0 ? steps : chosen(positionals)) {
  const left = start + budgetInMs - Date.now()
  if (left <= 0) {
    tallies.push(failed(`${step.name}: the time for the whole run was over`))
    continue
  }
  console.log(`\n== ${step.name}: ${step.title}`)
  const began = Date.now()
  const tally = await step
    .run(Math.min(step.deadlineInMs, left))
    .catch((error: unknown) => failed(`${step.name}: ${String(error)}`))
  const counts = `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
  console.log(`-- ${step.name}: ${counts}, ${((Date.now() - began) / 1000).toFixed(1)} s`)
  tallies.push(tally)
}

const total = sum(tallies)
console.log(`\n${summary(total)}`)
process.exit(total.failed === 0 ? 0 : 1)

function chosen(wanted: readonly string[]): readonly Step[] {
  const needed = new Set(
    steps.filter((step) => wanted.includes(step.name)).flatMap((step) => [step.name, ...step.needs]),
  )
  return steps.filter((step) => needed.has(step.name))
}
