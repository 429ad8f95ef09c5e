import { parseArgs } from 'node:util'
import { addFigures, type Figures } from './figures.ts'
import { plansFor, type Subject } from './plan.ts'
import { runRenewals } from './renewals.ts'
import { runPlans } from './run-plans.ts'
import { type TransportName, transports } from './transport.ts'

const usage = `npm run test:soak -- [--plans N] [--seconds N] [--seed S] [--from I] [--lanes N] [--transport T]
  [--subject S] | --renewals N

Random plans of faults until stopped. --renewals N: a stream of changes and reports over N renewals instead.
--transport is ${Object.keys(transports)
  .map((name) => `"${name}"`)
  .join(', ')}; the default is the first.
--subject is "device" (its twin, telemetry, methods, and messages; the default) or "twin".`

const { values } = parseArgs({
  options: {
    plans: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
    lanes: { type: 'string', default: '6' },
    renewals: { type: 'string', default: '0' },
    transport: { type: 'string', default: 'light' },
    subject: { type: 'string', default: 'device' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const count = readNumber('plans')
const seconds = readNumber('seconds')
const seed = readNumber('seed')
const from = readNumber('from')
const lanes = readNumber('lanes')
const renewals = readNumber('renewals')
const transport = readTransport()
const subject = readSubject()
process.exit(renewals > 0 ? await soakRenewals() : await soakPlans())

async function soakRenewals(): Promise<number> {
  const { faults, ...figures } = await runRenewals({ renewals, seed })
  console.log(figures)
  for (const fault of faults) console.log(fault)
  return faults.length === 0 ? 0 : 1
}

async function soakPlans(): Promise<number> {
  /** The number of plans in a batch. Each batch has its own seed. */
  const lotSize = 1000
  const until = Date.now() + seconds * 1000
  let isStopped = false
  process.once('SIGINT', () => (isStopped = true))
  const shouldStop = (): boolean => isStopped || Date.now() >= until
  let failed = 0
  let figures: Figures = {}
  console.log(`Seed ${seed}, ${lanes} at a time. Ctrl+C ends it.`)
  for (let lot = 0; lot * lotSize < count && !shouldStop(); lot++) {
    const lotSeed = seed + lot
    await runPlans({
      seed: lotSeed,
      transport,
      subject,
      from: lot === 0 ? from : 0,
      count: Math.min(lotSize, count - lot * lotSize),
      lanes,
      shouldStop,
      onPlan({ faults, figures: added, index, plan }) {
        figures = addFigures(figures, added)
        if (faults.length === 0) return
        failed++
        console.log(`\nPlan ${index} of seed ${lotSeed} failed:`)
        for (const fault of faults) console.log(`  ${fault}`)
        console.log(`  ${JSON.stringify(plan)}`)
        console.log(
          `  again: npm run test:soak -- --seed ${lotSeed} --from ${index} --plans 1 --transport '${transport}' --subject ${subject}`,
        )
      },
    })
    const megabytes = Math.round(process.memoryUsage().heapUsed / 1e6)
    console.log(`${figures['plans'] ?? 0} plans, ${failed} failed, ${megabytes} MB of heap`)
  }
  console.log(figures)
  return failed === 0 ? 0 : 1
}

function readTransport(): TransportName {
  const name = values.transport
  if (Object.hasOwn(transports, name)) return name as TransportName
  console.error(`--transport is "${name}"\n\n${usage}`)
  process.exit(1)
}

function readSubject(): Subject {
  const name = values.subject
  if (Object.hasOwn(plansFor, name)) return name as Subject
  console.error(`--subject is "${name}"\n\n${usage}`)
  process.exit(1)
}

function readNumber(name: 'plans' | 'seconds' | 'seed' | 'from' | 'lanes' | 'renewals'): number {
  const value = Number(values[name])
  if (values[name] !== '' && value >= 0) return value
  console.error(`--${name} is "${values[name]}"; a number from 0 on is needed\n\n${usage}`)
  process.exit(1)
}
