import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BASE, deviceClients } from './clients/devices.ts'
import { startBenchHub } from './hub/start.ts'
import { inChild } from './measure/in-child.ts'
import type { Collected } from './measure/rounds.ts'
import { facts } from './report/facts.ts'
import { ratioTable } from './report/ratios.ts'
import { withSection } from './report/section.ts'
import { formatAs } from '../tools/format.ts'

// Telemetry and direct methods next to azure-iot-device: `npm run bench:device -- [--write]
// [options]`. It prints figures, and asserts only that every client did the same work.

const FILE = fileURLToPath(new URL('./device.md', import.meta.url))
const ROWS: readonly (readonly [name: string, digits: number, metric: string])[] = [
  ['sequential message, ms to PUBACK', 3, 'sequential'],
  ['its CPU, µs', 0, 'sequentialCpu'],
  ['the CPU of the server, µs', 0, 'sequentialHubCpu'],
  ['message without waiting, µs', 1, 'burst'],
  ['its CPU, µs', 1, 'burstCpu'],
  ['the CPU of the server, µs', 1, 'burstHubCpu'],
  ['method call in turn, ms', 3, 'call'],
  ['its p99, ms', 2, 'callP99'],
  ['method calls per second, 32 at once', 0, 'callsPerSecond'],
  ['their p99, ms', 1, 'manyP99'],
]
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    sequential: { type: 'string', default: '5000' },
    burst: { type: 'string', default: '2000' },
    calls: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
})
const [rounds, sequential, burst, calls] = [values.rounds, values.sequential, values.burst, values.calls].map(Number)
if (!existsSync(new URL('../test/interop/node_modules/azure-iot-device', import.meta.url))) {
  console.error('The official SDK is not installed. Install it with: npm ci --prefix test/interop')
  process.exit(1)
}

const context = facts()
  .map((fact) => `- ${fact}`)
  .join('\n')
console.log(`${context}\n`)

const counts = `${rounds} rounds in turn. Each has ${sequential} sequential messages and ${burst} without waiting`
const device = await tableOf('./main.ts', Number(calls), `${counts}, and twice ${calls} calls.`)
const minimal = await tableOf('./minimal-server.ts', 0, `${counts}.`)
if (values.write) {
  const sections = Object.entries({ machine: context, device, minimal })
  const written = sections.reduce(
    (text, [name, section]) => withSection(text, name, section),
    readFileSync(FILE, 'utf8'),
  )
  writeFileSync(FILE, formatAs(FILE, written))
}
process.exit(0)

/** Measures every client with a server, and prints the table. */
async function tableOf(server: string, callCount: number, note: string): Promise<string> {
  const hub = await startBenchHub(server)
  try {
    const args = [rounds, sequential, burst, callCount].map(Number)
    const samples = await inChild<Collected>(hub, './device.ts', args)
    const shown = ROWS.filter(([, , metric]) => metric in samples)
    const metrics = shown.map(([name, digits, metric]) => ({ name, digits, samples: samples[metric] ?? {} }))
    const names = deviceClients.map(({ name }) => name)
    const text = `${ratioTable(metrics, names, BASE)}\n\n${note}`
    console.log(`${text}\n`)
    return text
  } finally {
    await hub.close()
  }
}
