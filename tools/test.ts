import { parseArgs } from 'node:util'
import { type Group, type Step, steps } from './test/steps.ts'
import { failed, sum, summary, type Tally } from './test/tally.ts'

// `npm test [-- step …]` runs the fast steps that this machine can run, or the named steps and
// their prerequisites. `npm run test:all` runs the slow ones.

/** Several times the duration on two idle cores, so that a busy machine also reaches a result. */
const budgetInMs = 30 * 60_000

const names = steps.map((step) => step.name)
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, slow: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !names.includes(name))
if (values.help === true || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no step ${unknown.join(', ')}.`)
  for (const group of ['fast', 'slow'] as const) console.log(`${group} steps: ${namesOf(group).join(', ')}`)
  console.log('Usage: npm test [-- step …] for the fast steps or the named ones, npm run test:all for the slow ones')
  process.exit(unknown.length > 0 ? 1 : 0)
}

const start = Date.now()
const tallies: Tally[] = []
for (const step of chosen(positionals.length > 0 ? positionals : namesOf(values.slow ? 'slow' : 'fast'))) {
  const left = start + budgetInMs - Date.now()
  if (left <= 0) {
    tallies.push(failed(`${step.name}: the whole run is out of time`))
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

function namesOf(wanted: Group): string[] {
  return steps.filter(({ group = 'fast' }) => group === wanted).map(({ name }) => name)
}

function chosen(wanted: readonly string[]): readonly Step[] {
  const needed = new Set(
    steps.filter((step) => wanted.includes(step.name)).flatMap((step) => [step.name, ...step.needs]),
  )
  return steps.filter((step) => needed.has(step.name))
}
