import { allClients } from '../clients/all.ts'
import type { Client, OpenedClient } from '../clients/client.ts'
import type { BenchDevice } from '../hub/calls.ts'
import { connectBenchHub } from '../hub/start.ts'
import { costOf } from './cost.ts'
import { collect, type Collected } from './rounds.ts'
import { within } from './within.ts'

// Runs in its own process: `resync.ts <hub's URL> <rounds> <properties> <client,…>`. In each round,
// the hub changes a property and loses the patch, and the client reads the twin again. It prints
// the samples of the clients as JSON.

const WARM_UP_ROUNDS = 20
const [url = '', rounds = '0', properties = '0', clients = ''] = process.argv.slice(2)
const hub = connectBenchHub(url)
const names = clients.split(',')
const desired = Object.fromEntries(
  Array.from({ length: Number(properties) }, (_, index) => [`key${index}`, { value: 0, on: true }]),
)
const twins = new Map<string, { device: BenchDevice; opened: OpenedClient; seen: unknown; value: number }>()

for (const name of names) {
  const client = allClients.find((each) => each.name === name) as Client
  const [device] = await hub.createDevices({ count: 1, desired })
  if (device === undefined) throw new Error('The hub has created no device')
  const twin = { device, opened: await client.open(device.secure), seen: undefined as unknown, value: 0 }
  twins.set(name, twin)
  if (twin.opened.listenAt !== undefined) {
    twin.opened.listenAt('key7.value', (value) => {
      twin.seen = value
    })
    await twin.opened.refresh()
  }
}
await collect(names, WARM_UP_ROUNDS, playRound)
const samples: Collected = await collect(names, Number(rounds), playRound)
console.log(JSON.stringify(samples))
process.exit(0)

async function playRound(name: string): Promise<Readonly<Record<string, number>>> {
  const twin = twins.get(name)
  if (twin === undefined) throw new Error(`${name} is not open`)
  const value = ++twin.value
  const { deviceId } = twin.device
  await hub.loseNotifications({ deviceId, times: 1 })
  await hub.patchDesired({ deviceId, patches: [{ key7: { value } }] })
  const { milliseconds, cpu } = await costOf(() => within(twin.opened.refresh(), `${name} reads the twin`))
  if (name.startsWith('hubtwin') && twin.seen !== value) throw new Error(`${name} has missed the change to ${value}`)
  return { resync: milliseconds, cpu: cpu / 1000 }
}
