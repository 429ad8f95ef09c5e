import { inChild } from '../measure/in-child.ts'
import type { Collected } from '../measure/rounds.ts'
import { ratioTable } from '../report/ratios.ts'
import { BASE, type BenchTable } from './table.ts'

const NAMES = ['hubtwin/light', 'hubtwin', BASE, 'bare mqtt.js', 'raw socket']

/** A twin in a warm process, and its reports. */
export const reports: BenchTable = {
  name: 'reports',
  async run(hub, { rounds, sequential, burst, record }) {
    const samples = await inChild<Collected>(hub, './reports.ts', [rounds, sequential, burst])
    const metrics = [
      { name: 'twin in a warm process, ms', digits: 1, samples: samples['open'] ?? {} },
      { name: 'sequential report, ms', digits: 3, samples: samples['sequential'] ?? {} },
      { name: 'its CPU, µs', digits: 0, samples: samples['cpu'] ?? {} },
      { name: 'its CPU at the hub, µs', digits: 0, samples: samples['hubCpu'] ?? {} },
      { name: 'report without waiting, µs', digits: 1, samples: samples['burst'] ?? {} },
      { name: 'reported `$version` at the end', digits: 0, samples: samples['versions'] ?? {} },
    ]
    record(metrics)
    return `${ratioTable(metrics, NAMES, BASE)}\n\n${rounds} rounds in turn, ${sequential} sequential reports and ${burst} without waiting in each. The hub has the last report of every client. The raw socket shows what the hub allows.`
  },
}
