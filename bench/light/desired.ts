import { inChild } from '../measure/in-child.ts'
import type { Collected } from '../measure/rounds.ts'
import { ratioTable } from '../report/ratios.ts'
import { BASE, type BenchTable } from './table.ts'

interface Shape {
  readonly text: string
  readonly listeners: number
  readonly properties: number
  readonly changes: number
  readonly clients: readonly string[]
}

const WITH_PATHS = ['hubtwin/light', 'hubtwin', BASE]
const SHAPES: readonly Shape[] = [
  {
    text: '1 listener, 1 property',
    listeners: 1,
    properties: 1,
    changes: 5000,
    clients: [...WITH_PATHS, 'bare mqtt.js', 'raw socket'],
  },
  { text: '1,000 listeners, 1,000 properties', listeners: 1000, properties: 1000, changes: 1000, clients: WITH_PATHS },
]
/** Desired changes to one and to many listeners. */
export const desired: BenchTable = {
  name: 'desired',
  async run(hub, { rounds, record }) {
    const tables: string[] = []
    for (const { text, listeners, properties, changes, clients } of SHAPES) {
      const args = [rounds, changes, listeners, properties, clients.join(',')]
      const samples = await inChild<Collected>(hub, './desired.ts', args)
      const metrics = [
        { name: `${text}: delivered change, µs`, digits: 0, samples: samples['delivered'] ?? {} },
        { name: 'its CPU, µs', digits: 0, samples: samples['cpu'] ?? {} },
        { name: 'its CPU at the hub, µs', digits: 0, samples: samples['hubCpu'] ?? {} },
      ]
      record(metrics)
      tables.push(ratioTable(metrics, clients, BASE))
    }
    return `${tables.join('\n\n')}\n\n${rounds} rounds in turn of ${SHAPES.map(({ changes }) => changes).join(' and ')} changes of a single property each, as fast as the hub writes them. Every change has reached its listener.`
  },
}
