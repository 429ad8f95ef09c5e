import { allClients } from '../clients/all.ts'
import type { Client, OpenedClient } from '../clients/client.ts'
import type { BenchDevice } from '../hub/calls.ts'
import { connectBenchHub } from '../hub/start.ts'
import { costOf, liveHeap } from './cost.ts'

// Runs in its own process with many devices of a single client: `many.ts <hub's URL> <client>
// <devices>`. It prints a sample as JSON.

/** The number of devices that connect at a time. A hub of tier S1 accepts 100 per second. */
const CONNECTING = 50
const WARM_UP = 50
const IDLE_IN_MS = 3000

const [url = '', name = '', count = '0'] = process.argv.slice(2)
const hub = connectBenchHub(url)
const client = allClients.find((each) => each.name === name) as Client
const opened: OpenedClient[] = []

async function openAll(created: readonly BenchDevice[]): Promise<void> {
  for (let at = 0; at < created.length; at += CONNECTING) {
    const some = created.slice(at, at + CONNECTING)
    opened.push(...(await Promise.all(some.map(({ secure }) => client.open(secure)))))
  }
}

// The first twins include compilation and cold caches.
await openAll(await hub.createDevices({ count: WARM_UP }))
const devices = Number(count)
const created = await hub.createDevices({ count: devices })
const before = await liveHeap()
const hubCpuAt = await hub.cpu({})
const sync = await costOf(() => openAll(created))
const hubCpu = (await hub.cpu({})) - hubCpuAt
for (const twin of opened) await twin.listen(() => {})
const heap = (await liveHeap()) - before
const idle = await costOf(() => new Promise((resolve) => setTimeout(resolve, IDLE_IN_MS)))
const connected = await hub.connected({})
if (connected !== devices + WARM_UP) {
  throw new Error(`The hub has ${connected} connections of ${name}, not ${devices + WARM_UP}`)
}
console.log(
  JSON.stringify({
    sync: sync.milliseconds / 1000,
    cpu: sync.cpu / devices / 1000,
    hubCpu: hubCpu / devices / 1000,
    heap: heap / devices / 1000,
    idle: idle.cpu / devices / (IDLE_IN_MS / 1000),
  }),
)
process.exit(0)
