import { startDelayProxy } from '../measure/delay-proxy.ts'
import { buildFreshPrograms } from '../measure/fresh.ts'
import { collect } from '../measure/rounds.ts'
import { ratioTable } from '../report/ratios.ts'
import { BASE, type BenchTable } from './table.ts'

const NAMES = ['hubtwin/light', 'hubtwin', BASE, 'bare mqtt.js']
const DELAY_IN_MS = 50

/** The first twin of a fresh process, and its round trips. */
export const starts: BenchTable = {
  name: 'starts',
  async run(hub, { rounds, record }) {
    const programs = await buildFreshPrograms(hub)
    const [device] = await hub.calls.createDevices({ count: 1 })
    const proxy = await startDelayProxy(Number(/^HostName=[^:;]+:(\d+)/.exec(device?.secure ?? '')?.[1]), DELAY_IN_MS)
    try {
      const samples = await collect(NAMES, rounds, async (name) => {
        const [near = '', far = ''] = (await hub.calls.createDevices({ count: 2 })).map(({ secure }) => secure)
        const first = await programs.firstTwin(name, near)
        const delayed = await programs.firstTwin(name, far.replace(/^(HostName=[^:;]+):\d+/, `$1:${proxy.port}`))
        return { first, delayed, trips: (delayed - first) / (2 * DELAY_IN_MS), counted: proxy.takeTrips() }
      })
      const metrics = [
        { name: 'first twin in a fresh process, ms', digits: 0, samples: samples['first'] ?? {} },
        { name: `the same with ${DELAY_IN_MS} ms each way, ms`, digits: 0, samples: samples['delayed'] ?? {} },
        { name: 'the difference in round trips', digits: 1, samples: samples['trips'] ?? {} },
        { name: 'round trips to the first twin, counted by the proxy', digits: 0, samples: samples['counted'] ?? {} },
      ]
      record(metrics)
      return `${ratioTable(metrics, NAMES, BASE)}\n\n${rounds} rounds in turn.`
    } finally {
      proxy.close()
      programs.close()
    }
  },
}
