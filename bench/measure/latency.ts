import { connectTestHub, type TestDevice } from '../../test/contract/suite/test-hub.ts'
import { within } from '../../test/contract/suite/waits.ts'
import type { Client } from '../clients/client.ts'
import { clients } from '../clients/both.ts'

// Runs in its own process: `latency.ts <control URL> <rounds>`. It writes the samples of every
// client as JSON.

/** Milliseconds, a sample per round. A repeated operation counts with its mean. */
export interface LatencySamples {
  readonly open: number[]
  readonly report: number[]
  readonly desired: number[]
}

export type Latencies = Readonly<Record<string, LatencySamples>>

const REPEATS = 10
/** The first rounds include compilation and cold caches. */
const WARM_UP_ROUNDS = 5

const [ours, theirs] = clients
const [controlUrl = '', rounds = '0'] = process.argv.slice(2)
const hub = connectTestHub(controlUrl, 'wss')
const samples: Latencies = Object.fromEntries(
  clients.map(({ name }): [string, LatencySamples] => [name, { open: [], report: [], desired: [] }]),
)

for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  // The order alternates, so that neither client always runs after the other's garbage.
  for (const client of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
    const sample = await playRound(client, await hub.createDevice())
    if (round < 0) continue
    samples[client.name]?.open.push(sample.open)
    samples[client.name]?.report.push(sample.report)
    samples[client.name]?.desired.push(sample.desired)
  }
}
console.log(JSON.stringify(samples))
// The official client leaves timers behind.
process.exit(0)

interface RoundSample {
  readonly open: number
  readonly report: number
  readonly desired: number
}

async function playRound(client: Client, device: TestDevice): Promise<RoundSample> {
  const start = performance.now()
  const opened = await within(client.open(device.connectionString), `${client.name} opens`)
  const open = performance.now() - start

  let arrived = (_level: unknown): void => {}
  await within(
    opened.listen(({ level }) => arrived(level)),
    `${client.name} listens`,
  )
  const report = await mean((step) => within(opened.report({ step }), `${client.name} reports`))
  const desired = await mean(async (level) => {
    const arrival = new Promise<void>((resolve) => {
      arrived = (value) => {
        if (value === level) resolve()
      }
    })
    await device.patchDesired({ level })
    await within(arrival, `${client.name} gets an update`)
  })
  await opened.close()
  return { open, report, desired }
}

async function mean(act: (step: number) => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (let step = 1; step <= REPEATS; step++) await act(step)
  return (performance.now() - start) / REPEATS
}
