import { inChild } from '../measure/in-child.ts'
import { collect } from '../measure/rounds.ts'
import { ratioTable } from '../report/ratios.ts'
import { BASE, type BenchTable } from './table.ts'

const NAMES = ['hubtwin/light', BASE, 'raw socket']
const METRICS = [
  ['sync', 'synchronized after, s', 2],
  ['cpu', 'CPU each, ms', 2],
  ['hubCpu', 'CPU each at the hub, ms', 2],
  ['heap', 'heap each, kB', 1],
  ['idle', 'CPU each while idle, µs per second', 1],
] as const

/** Many devices in a process: connect, synchronize, idle. */
export const many: BenchTable = {
  name: 'many',
  async run(hub, { devices, rounds, record }) {
    // A process of thousands of twins takes seconds, and its samples vary little.
    const few = Math.min(rounds, 3)
    const metrics = []
    for (const count of devices) {
      const samples = await collect(NAMES, few, (name) => inChild(hub, './many.ts', [name, count]))
      for (const [metric, text, digits] of METRICS) {
        metrics.push({ name: `${count} devices: ${text}`, digits, samples: samples[metric] ?? {} })
      }
    }
    record(metrics)
    return `${ratioTable(metrics, NAMES, BASE)}\n\n${few} processes each, in turn, after 50 devices that warm up the code. 50 devices connect at a time. The hub counts the connections.`
  },
}
