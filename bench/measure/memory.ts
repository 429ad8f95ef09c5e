import { connectTestHub } from '../../test/contract/suite/test-hub.ts'
import { allClients } from '../clients/all.ts'
import type { OpenedClient } from '../clients/client.ts'

// Runs in its own process, with a single client: `node --expose-gc memory.ts <control URL> <client>
// <twins>`.

export interface MemorySample {
  /** Bytes of heap and external memory per idle twin with a listener. */
  readonly heapPerTwin: number
  /** The resident memory of the process in bytes. */
  readonly residentPerTwin: number
}

const [controlUrl = '', name = '', twins = '0'] = process.argv.slice(2)
const hub = connectTestHub(controlUrl, 'wss')
const client = allClients.find((each) => each.name === name)
if (client === undefined) throw new Error(`There is no client "${name}"`)

const opened: OpenedClient[] = []
async function open(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const device = await hub.createDevice()
    const one = await client!.open(device.connectionString)
    await one.listen(() => {})
    opened.push(one)
  }
}

// The first twins include shared code and caches.
await open(5)
const before = measure()
await open(Number(twins))
const after = measure()
const sample: MemorySample = {
  heapPerTwin: (after.heap - before.heap) / Number(twins),
  residentPerTwin: (after.resident - before.resident) / Number(twins),
}
console.log(JSON.stringify(sample))
process.exit(0)

function measure(): { heap: number; resident: number } {
  for (let time = 0; time < 4; time++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
