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
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    sequential: { type: 'string', default: '1000' },
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
const hub = await startBenchHub()
try {
  const args = [rounds, sequential, burst, calls].map(Number)
  const samples = await inChild<Collected>(hub, './device.ts', args)
  const row = (name: string, digits: number, metric: string): Parameters<typeof ratioTable>[0][number] => ({
    ...{ name, digits },
    samples: samples[metric] ?? {},
  })
  const text = ratioTable(
    [
      row('sequential message, ms to PUBACK', 3, 'sequential'),
      row('its CPU, µs', 0, 'sequentialCpu'),
      row('the CPU of the hub, µs', 0, 'sequentialHubCpu'),
      row('message without waiting, µs', 1, 'burst'),
      row('its CPU, µs', 1, 'burstCpu'),
      row('the CPU of the hub, µs', 1, 'burstHubCpu'),
      row('method call in turn, ms', 3, 'call'),
      row('its p99, ms', 2, 'callP99'),
      row('method calls per second, 32 at once', 0, 'callsPerSecond'),
      row('their p99, ms', 1, 'manyP99'),
    ],
    deviceClients.map(({ name }) => name),
    BASE,
  )
  const note = `${rounds} rounds in turn. Each has ${sequential} sequential messages, ${burst} without waiting, and twice ${calls} calls.`
  console.log(`${text}\n\n${note}`)
  if (values.write) {
    const written = withSection(readFileSync(FILE, 'utf8'), 'device', `${text}\n\n${note}`)
    writeFileSync(FILE, formatAs(FILE, withSection(written, 'machine', context)))
  }
} finally {
  await hub.close()
}
process.exit(0)
