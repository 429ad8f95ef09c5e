import { connectTestHub, type TestDevice } from '../../test/contract/suite/test-hub.ts'
import { within } from '../../test/contract/suite/waits.ts'
import { allClients } from '../clients/all.ts'
import type { Client, OpenedClient } from '../clients/client.ts'

// A process of its own: `reports.ts <control URL> <rounds> <sequential reports> <reports without
// waiting>`. It prints the
// samples of every client as JSON.

/** A sample per round. */
export interface ReportSamples {
  /** Milliseconds from `open` to the synchronized twin. */
  readonly open: number[]
  /** Milliseconds for each report that waits for the one before. */
  readonly sequential: number[]
  /** Microseconds of CPU for each such report. */
  readonly cpu: number[]
  /** Milliseconds for each report of a burst, until the hub has acknowledged the last. */
  readonly burst: number[]
  /**
   * The reported `$version` at the hub at the end: how many requests the client made of its
   * reports.
   */
  readonly versions: number[]
}

export type Reports = Readonly<Record<string, ReportSamples>>

/** The first rounds pay for compiling and for caches. */
const warmUpRounds = 3
const [controlUrl = '', ...numbers] = process.argv.slice(2)
const [rounds = 0, sequential = 0, burst = 0] = numbers.map(Number)
const hub = connectTestHub(controlUrl, 'wss')
const samples: Reports = Object.fromEntries(
  allClients.map(({ name }): [string, ReportSamples] => [
    name,
    { open: [], sequential: [], cpu: [], burst: [], versions: [] },
  ]),
)

for (let round = -warmUpRounds; round < rounds; round++) {
  // The order rotates, so that no client always follows the garbage of the same other client.
  const first = (round + warmUpRounds) % allClients.length
  for (const client of [...allClients.slice(first), ...allClients.slice(0, first)]) {
    const sample = await playRound(client, await hub.createDevice())
    if (round < 0) continue
    for (const [metric, value] of Object.entries(sample)) {
      samples[client.name]?.[metric as keyof ReportSamples].push(value)
    }
  }
}
console.log(JSON.stringify(samples))
// The official client leaves timers behind.
process.exit(0)

type RoundSample = { readonly [metric in keyof ReportSamples]: number }

async function playRound(client: Client, device: TestDevice): Promise<RoundSample> {
  const openAt = performance.now()
  const opened = await within(client.open(device.connectionString), `${client.name} opens`)
  const open = performance.now() - openAt

  const cpuAt = process.cpuUsage()
  const sequentialAt = performance.now()
  for (let step = 1; step <= sequential; step++) await within(opened.report({ step }), `${client.name} reports`)
  const sequentialInMs = performance.now() - sequentialAt
  const { user, system } = process.cpuUsage(cpuAt)

  const burstInMs = await reportBurst(client, opened)
  const { reported, versions } = await device.twin()
  if (reported['step'] !== sequential + burst) {
    throw new Error(
      `${client.name} left step ${JSON.stringify(reported['step'])} at the hub, not ${sequential + burst}`,
    )
  }
  await opened.close()
  return {
    open,
    sequential: sequentialInMs / sequential,
    cpu: (user + system) / sequential,
    burst: burstInMs / burst,
    versions: versions.reported,
  }
}

async function reportBurst(client: Client, opened: OpenedClient): Promise<number> {
  const start = performance.now()
  const reports = Array.from({ length: burst }, (_, index) => opened.report({ step: sequential + index + 1 }))
  await within(Promise.all(reports), `${client.name} reports without waiting`)
  return performance.now() - start
}
