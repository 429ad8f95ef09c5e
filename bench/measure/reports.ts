import { allClients } from '../clients/all.ts'
import type { Client, OpenedClient } from '../clients/client.ts'
import { connectBenchHub } from '../hub/start.ts'
import { costOf } from './cost.ts'
import { collect, type Collected } from './rounds.ts'
import { within } from './within.ts'

// Runs in its own process: `reports.ts <hub's URL> <rounds> <sequential reports> <reports without
// waiting>`. It prints the samples of every client as JSON.

/** The first rounds include compilation and cold caches. */
const WARM_UP_ROUNDS = 2
const [url = '', ...numbers] = process.argv.slice(2)
const [rounds = 0, sequential = 0, burst = 0] = numbers.map(Number)
const hub = connectBenchHub(url)
const names = allClients.map(({ name }) => name)

await collect(names, WARM_UP_ROUNDS, playRound)
const samples: Collected = await collect(names, rounds, playRound)
console.log(JSON.stringify(samples))
// The official client leaves timers behind.
process.exit(0)

async function playRound(name: string): Promise<Readonly<Record<string, number>>> {
  const client = allClients.find((each) => each.name === name) as Client
  const [device] = await hub.createDevices({ count: 1 })
  if (device === undefined) throw new Error('The hub has created no device')
  const openAt = performance.now()
  const opened = await within(client.open(device.secure), `${name} opens`)
  const open = performance.now() - openAt

  const hubCpuAt = await hub.cpu({})
  const one = await costOf(async () => {
    for (let step = 1; step <= sequential; step++) await opened.report({ step })
  })
  const hubCpu = (await hub.cpu({})) - hubCpuAt
  const all = await costOf(() => reportBurst(name, opened))
  const { reported, versions } = await hub.twin(device)
  if (reported['step'] !== sequential + burst) {
    throw new Error(`${name} left step ${JSON.stringify(reported['step'])} at the hub, not ${sequential + burst}`)
  }
  await opened.close()
  return {
    open,
    sequential: one.milliseconds / sequential,
    cpu: one.cpu / sequential,
    hubCpu: hubCpu / sequential,
    burst: (all.milliseconds * 1000) / burst,
    versions: versions.reported,
  }
}

async function reportBurst(name: string, opened: OpenedClient): Promise<void> {
  const reports = Array.from({ length: burst }, (_, index) => opened.report({ step: sequential + index + 1 }))
  await within(Promise.all(reports), `${name} reports without waiting`)
}
