import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Control, startControl } from '../test/contract/control/start.ts'
import { connectTestHub } from '../test/contract/suite/test-hub.ts'
import { startDelayProxy } from './measure/delay-proxy.ts'
import { buildFreshPrograms, type FreshPrograms, importTime } from './measure/fresh.ts'
import { inChild } from './measure/in-child.ts'
import type { MemorySample } from './measure/memory.ts'
import type { Reports, ReportSamples } from './measure/reports.ts'
import { facts } from './report/facts.ts'
import { type Metric, ratioTable, type Samples } from './report/ratios.ts'

// hubtwin/light and hubtwin against azure-iot-device and bare mqtt.js: the same hub, the same run,
// in turn. It prints
// figures and asserts only that every client did the same work.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    twins: { type: 'string', default: '100' },
    sequential: { type: 'string', default: '100' },
    burst: { type: 'string', default: '1000' },
  },
})
const rounds = Number(values.rounds)
const names = ['hubtwin/light', 'hubtwin', 'azure-iot-device', 'bare mqtt.js']
const base = 'azure-iot-device'
const delayInMs = 50

if (!existsSync(new URL('../test/interop/node_modules/azure-iot-device', import.meta.url))) {
  console.error('The official SDK is not installed. Install it with: npm ci --prefix test/interop')
  process.exit(1)
}

for (const fact of facts()) console.log(`- ${fact}`)
const control = await startControl()
const programs = await buildFreshPrograms(control)
try {
  const reports = await inChild<Reports>(control, './reports.ts', [values.rounds, values.sequential, values.burst])
  const start = await measureStarts(control, programs)
  const metrics: readonly Metric[] = [
    { name: 'import, ms', digits: 1, samples: await inTurn(importTime) },
    { name: 'first twin in a fresh process, ms', digits: 0, samples: start.near },
    { name: `the same with ${delayInMs} ms each way, ms`, digits: 0, samples: start.far },
    { name: 'round trips to the first twin', digits: 1, samples: start.roundTrips },
    { name: 'twin in a warm process, ms', digits: 1, samples: pick(reports, 'open') },
    { name: 'sequential report, ms', digits: 2, samples: pick(reports, 'sequential') },
    { name: 'its CPU, µs', digits: 0, samples: pick(reports, 'cpu') },
    { name: 'report without waiting, ms', digits: 3, samples: pick(reports, 'burst') },
    { name: 'reported $version at the end', digits: 0, samples: pick(reports, 'versions') },
    { name: 'heap of an idle twin, kB', digits: 1, samples: await inTurn(heapOf, Math.min(rounds, 5)) },
  ]
  console.log(`\n${ratioTable(metrics, names, base)}`)
  console.log(
    `\n${rounds} rounds in turn, ${values.sequential} sequential reports and ${values.burst} without waiting in each, ` +
      `${values.twins} idle twins. The hub has the last report of every client.`,
  )
} finally {
  programs.close()
  await control.close()
}

async function measureStarts(
  hubControl: Control,
  fresh: FreshPrograms,
): Promise<{ near: Samples; far: Samples; roundTrips: Samples }> {
  const hub = connectTestHub(hubControl.url, 'wss')
  const { connectionString } = await hub.createDevice()
  const proxy = await startDelayProxy(Number(/^HostName=[^:;]+:(\d+)/.exec(connectionString)?.[1]), delayInMs)
  try {
    const near = await inTurn(async (client) => {
      const device = await hub.createDevice()
      return fresh.firstTwin(client, device.connectionString)
    })
    const far = await inTurn(async (client) => {
      const device = await hub.createDevice()
      return fresh.firstTwin(client, device.connectionString.replace(/^(HostName=[^:;]+):\d+/, `$1:${proxy.port}`))
    })
    const roundTrips = Object.fromEntries(
      names.map((client) => {
        const pairs = (far[client] ?? []).map((time, round) => time - (near[client]?.[round] ?? Number.NaN))
        return [client, pairs.map((more) => more / (2 * delayInMs))]
      }),
    )
    return { near, far, roundTrips }
  } finally {
    proxy.close()
  }
}

/** Measures every client once per round. The order rotates. */
async function inTurn(measure: (client: string) => Promise<number>, times: number = rounds): Promise<Samples> {
  const samples: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < times; round++) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) samples[name]?.push(await measure(name))
  }
  return samples
}

async function heapOf(client: string): Promise<number> {
  const { heapPerTwin } = await inChild<MemorySample>(control, './memory.ts', [client, values.twins])
  return heapPerTwin / 1000
}

function pick(reports: Reports, metric: keyof ReportSamples): Samples {
  return Object.fromEntries(names.map((name) => [name, reports[name]?.[metric] ?? []]))
}
