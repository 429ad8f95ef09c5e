import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startControl } from '../test/contract/control/start.ts'
import { clients } from './clients/both.ts'
import { measureBundles } from './measure/bundles.ts'
import { inChild } from './measure/in-child.ts'
import type { Latencies } from './measure/latency.ts'
import type { MemorySample } from './measure/memory.ts'
import { facts } from './report/facts.ts'
import { bundleTable, latencyTable, memoryTable } from './report/tables.ts'

// Compares hubtwin and azure-iot-device at the same hub. It only prints the numbers: times depend
// on the machine.

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, twins: { type: 'string', default: '100' } },
})
const MEMORY_ROUNDS = 5
const [ours, theirs] = clients

if (!existsSync(new URL('../test/interop/node_modules/azure-iot-device', import.meta.url))) {
  console.error('The official SDK is not installed; do so with: npm ci --prefix test/interop')
  process.exit(1)
}

for (const fact of facts()) console.log(`- ${fact}`)

console.log(`\n${bundleTable(await measureBundles())}`)

const control = await startControl()
try {
  const latencies = await inChild<Latencies>(control, './latency.ts', [values.rounds])
  console.log(`\n${latencyTable(latencies, [ours.name, theirs.name])}`)
  console.log(`\n${values.rounds} rounds in turn; report and desired are means of 10 within a round.`)

  const memory: Record<string, MemorySample[]> = { [ours.name]: [], [theirs.name]: [] }
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    for (const { name } of clients) {
      memory[name]?.push(await inChild<MemorySample>(control, './memory.ts', [name, values.twins]))
    }
  }
  console.log(`\n${memoryTable(memory)}`)
  console.log(`\n${MEMORY_ROUNDS} processes each, in turn, with ${values.twins} twins after the first 5.`)
} finally {
  await control.close()
}
