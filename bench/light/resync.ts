import { inChild } from '../measure/in-child.ts'
import type { Collected } from '../measure/rounds.ts'
import { ratioTable } from '../report/ratios.ts'
import { BASE, type BenchTable } from './table.ts'

const NAMES = ['hubtwin/light', 'hubtwin', BASE, 'bare mqtt.js']
const PROPERTIES = 1000

/** The read of a large twin after a lost change. */
export const resync: BenchTable = {
  name: 'resync',
  async run(hub, { rounds, record }) {
    const times = rounds * 10
    const samples = await inChild<Collected>(hub, './resync.ts', [times, PROPERTIES, NAMES.join(',')])
    const metrics = [
      { name: 'resync, ms', digits: 2, samples: samples['resync'] ?? {} },
      { name: 'its CPU, ms', digits: 2, samples: samples['cpu'] ?? {} },
    ]
    record(metrics)
    return `${ratioTable(metrics, NAMES, BASE)}\n\n${times} rounds in turn, a twin of ${PROPERTIES} objects of two values. The hub loses the patch of a change, and the client reads the twin again. Only hubtwin passes the difference to its listener.`
  },
}
