import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Group, runSteps, type Step } from './test/run-steps.ts'
import { steps } from './test/steps.ts'
import { sum, summary } from './test/tally.ts'

// `npm test` runs the fast steps, `npm run test:all` the slow steps. `npm test -- step …` runs the
// named steps and the steps that they need.

/** Several times the duration on two idle cores, so that a busy machine finishes too. */
const BUDGET_IN_MS = 40 * 60_000

/** More than cores: steps wait for sockets, timers, or start-up for a third of their time. */
const LANES = Math.min(4, Math.ceil(1.5 * availableParallelism()))

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

const selected = selectSteps(positionals.length > 0 ? positionals : namesOf(values.slow ? 'slow' : 'fast'))
const lanes = positionals.length === 1 ? 1 : LANES
const tallies = await runSteps(selected, {
  lanes,
  budgetInMs: BUDGET_IN_MS,
  print: (text) => void process.stdout.write(text),
})
const total = sum(tallies)
console.log(`\n${summary(total)}`)
process.exit(total.failed === 0 ? 0 : 1)

function namesOf(requested: Group): string[] {
  return steps.filter(({ group = 'fast' }) => group === requested).map(({ name }) => name)
}

function selectSteps(requested: readonly string[]): readonly Step[] {
  const needed = new Set(
    steps.filter((step) => requested.includes(step.name)).flatMap((step) => [step.name, ...step.needs]),
  )
  return steps.filter((step) => needed.has(step.name))
}
