import { allClients } from '../clients/all.ts'
import type { Client, OpenedClient } from '../clients/client.ts'
import { connectBenchHub } from '../hub/start.ts'
import { costOf } from './cost.ts'
import { collect, type Collected } from './rounds.ts'
import { within } from './within.ts'

// Runs in its own process: `desired.ts <hub's URL> <rounds> <changes> <listeners> <properties>
// <client,…>`. Each property is an object at the root, and each listener has the path of another
// property. A change sets one property. It prints the samples of the clients as JSON.

const WARM_UP_ROUNDS = 1
const [url = '', ...rest] = process.argv.slice(2)
const [rounds = 0, changes = 0, listeners = 0, properties = 0] = rest.slice(0, 4).map(Number)
const names = (rest[4] ?? '').split(',')
const hub = connectBenchHub(url)
const desired = Object.fromEntries(Array.from({ length: properties }, (_, index) => [`key${index}`, { value: -1 }]))
const keyOf = (step: number): string => `key${step % properties}`

await collect(names, WARM_UP_ROUNDS, playRound)
const samples: Collected = await collect(names, rounds, playRound)
console.log(JSON.stringify(samples))
process.exit(0)

async function playRound(name: string): Promise<Readonly<Record<string, number>>> {
  const client = allClients.find((each) => each.name === name) as Client
  const [device] = await hub.createDevices({ count: 1, desired })
  if (device === undefined) throw new Error('The hub has created no device')
  const opened = await within(client.open(device.secure), `${name} opens`)
  let calls = 0
  let arrive = (): void => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const onValue = (value: unknown): void => {
    if (typeof value !== 'number' || value < 0) return
    calls++
    if (value === changes - 1) arrive()
  }
  await listen(opened, onValue)

  const patches = Array.from({ length: changes }, (_, step) => ({ [keyOf(step)]: { value: step } }))
  const hubCpuAt = await hub.cpu({})
  const { milliseconds, cpu } = await costOf(async () => {
    await Promise.all([hub.patchDesired({ deviceId: device.deviceId, patches }), within(arrived, `${name} follows`)])
  })
  const hubCpu = (await hub.cpu({})) - hubCpuAt
  if (calls !== changes) throw new Error(`${name} called its listeners ${calls} times for ${changes} changes`)
  await opened.close()
  return { delivered: (milliseconds * 1000) / changes, cpu: cpu / changes, hubCpu: hubCpu / changes }
}

/** A single listener hears every change; of many, each hears the changes of its own property. */
async function listen(opened: OpenedClient, onValue: (value: unknown) => void): Promise<void> {
  if (listeners === 1) {
    let step = 0
    await opened.listen((all) => {
      const { value } = (all[keyOf(step)] ?? {}) as { readonly value?: number }
      if (value !== step) return
      step++
      onValue(value)
    })
    return
  }
  for (let index = 0; index < listeners; index++) opened.listenAt?.(`key${index}.value`, onValue)
  // The official client subscribes at its first listener, and a twin read after it arrives later.
  await opened.refresh()
}
