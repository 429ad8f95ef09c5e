import { parseArgs } from 'node:util'
import { runPlans } from './run-plans.ts'

// `npm run test:soak [-- --plans N] [-- --seconds N] [-- --seed S] [-- --from I]`: random plans until told to stop.

const { values } = parseArgs({
  options: {
    plans: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
    lanes: { type: 'string', default: '6' },
  },
})
const [count, seconds, seed, from, lanes] = (['plans', 'seconds', 'seed', 'from', 'lanes'] as const).map((name) => {
  const value = Number(values[name])
  if (Number.isNaN(value) || value < 0) {
    console.error(`--${name} is "${values[name]}"; a number from 0 on is needed`)
    process.exit(1)
  }
  return value
}) as [number, number, number, number, number]

/** Plans are made this many at a time, each lot from a seed of its own. */
const lotSize = 1000
const until = Date.now() + seconds * 1000
let isStopped = false
process.once('SIGINT', () => (isStopped = true))
const shouldStop = (): boolean => isStopped || Date.now() >= until

let done = 0
let failed = 0
console.log(`Seed ${seed}, ${lanes} at a time. Ctrl+C ends it.`)
for (let lot = 0; lot * lotSize < count && !shouldStop(); lot++) {
  const lotSeed = seed + lot
  const left = Math.min(lotSize, count - lot * lotSize)
  await runPlans({
    seed: lotSeed,
    from: lot === 0 ? from : 0,
    count: left,
    lanes,
    shouldStop,
    onPlan(failure) {
      done++
      if (failure === undefined) return
      failed++
      console.log(`\nPlan ${failure.index} of seed ${lotSeed} failed:`)
      for (const fault of failure.faults) console.log(`  ${fault}`)
      console.log(`  ${JSON.stringify(failure.plan)}`)
      console.log(`  again: npm run test:soak -- --seed ${lotSeed} --from ${failure.index} --plans 1`)
    },
  })
  console.log(`${done} plans, ${failed} failed`)
}
process.exit(failed === 0 ? 0 : 1)
