import { parseArgs } from 'node:util'
import { addFigures, type Figures } from './figures.ts'
import type { Subject } from './plan.ts'
import { type Contestant, runPeerPlan } from './peer-plan.ts'
import { forEachPlan } from './run-plans.ts'

// Runs the same plans against azure-iot-device and hubtwin:
// `npx tsx test/faults/peer.ts [--subject device|twin] [--plans N] [--seed S] [--lanes N]`
// Run `npm test -- interop` first, which installs the official SDK.

const { values } = parseArgs({
  options: {
    subject: { type: 'string', default: 'twin' },
    plans: { type: 'string', default: '200' },
    seed: { type: 'string', default: '20261122' },
    lanes: { type: 'string', default: '20' },
  },
})
const subject: Subject = values.subject === 'device' ? 'device' : 'twin'
const [count, seed, lanes] = [Number(values.plans), Number(values.seed), Number(values.lanes)]

// The SDK throws in a socket's callback if a desired patch is not JSON. That would end the process
// of an app.
let thrown = 0
process.on('uncaughtException', () => thrown++)
process.on('unhandledRejection', () => thrown++)

const table: Record<string, Figures> = {}
for (const contestant of ['azure-iot-device', 'hubtwin'] satisfies Contestant[]) {
  let figures: Figures = {}
  thrown = 0
  await forEachPlan({ subject, seed, count, lanes }, async (house, plan) => {
    const added = await runPeerPlan(house, plan, contestant)
    figures = addFigures(figures, added)
  })
  table[contestant] = { ...figures, 'uncaught errors': thrown }
  console.log(contestant, table[contestant])
}
process.exit(0)
