import { type DeviceClient, deviceClients } from '../clients/devices.ts'
import { connectBenchHub } from '../hub/start.ts'
import { costOf } from './cost.ts'
import { collect, type Collected } from './rounds.ts'
import { within } from './within.ts'

// Runs in its own process: `device.ts <hub's URL> <rounds> <sequential messages> <messages without
// waiting> <calls>`. Without calls, it measures telemetry only. It prints the samples of every
// client as JSON.

/** The first rounds include compilation and cold caches. */
const WARM_UP_ROUNDS = 2

/** The calls that wait for their response at the same time. */
const CALLS_AT_ONCE = 32

const [url = '', ...numbers] = process.argv.slice(2)
const [rounds = 0, sequential = 0, burst = 0, callCount = 0] = numbers.map(Number)
const hub = connectBenchHub(url)
const names = deviceClients.map(({ name }) => name)

await collect(names, WARM_UP_ROUNDS, playRound)
const samples: Collected = await collect(names, rounds, playRound)
console.log(JSON.stringify(samples))
// The official client leaves timers behind.
process.exit(0)

async function playRound(name: string): Promise<Readonly<Record<string, number>>> {
  const client = deviceClients.find((each) => each.name === name) as DeviceClient
  const [device] = await hub.createDevices({ count: 1 })
  if (device === undefined) throw new Error('The hub has created no device')
  const { deviceId } = device
  const opened = await within(client.open(device.secure), `${name} opens`)

  const hubCpuAt = await hub.cpu({})
  const one = await costOf(async () => {
    for (let n = 1; n <= sequential; n++) await opened.send({ n })
  })
  const hubCpuBetween = await hub.cpu({})
  const all = await costOf(() => {
    const sends = Array.from({ length: burst }, (_, index) => opened.send({ n: sequential + index + 1 }))
    return within(Promise.all(sends), `${name} sends without waiting`)
  })
  const hubCpuAfter = await hub.cpu({})
  const stored = await hub.telemetry({ deviceId })
  if (stored.messages !== sequential + burst || stored.sum !== sumTo(sequential + burst)) {
    throw new Error(`${name} left ${stored.messages} messages at the hub, not ${sequential + burst}, or not the same`)
  }

  const calls = callCount === 0 ? {} : await playCalls(deviceId)
  await opened.close()
  return {
    sequential: one.milliseconds / sequential,
    sequentialCpu: one.cpu / sequential,
    sequentialHubCpu: (hubCpuBetween - hubCpuAt) / sequential,
    burst: (all.milliseconds * 1000) / burst,
    burstCpu: all.cpu / burst,
    burstHubCpu: (hubCpuAfter - hubCpuBetween) / burst,
    ...calls,
  }
}

/** The hub checks each response. */
async function playCalls(deviceId: string): Promise<Readonly<Record<string, number>>> {
  const turns = await hub.callMethods({ deviceId, count: callCount, atOnce: 1 })
  const together = await hub.callMethods({ deviceId, count: callCount, atOnce: CALLS_AT_ONCE })
  return {
    call: turns.milliseconds / callCount,
    callP99: turns.p99InMs,
    callsPerSecond: (1000 * callCount) / together.milliseconds,
    manyP99: together.p99InMs,
  }
}

function sumTo(n: number): number {
  return (n * (n + 1)) / 2
}
