import { expect, test } from 'vitest'
import { runPlans } from './run-plans.ts'
import { waitFor } from './wait-for.ts'

const tcpHandles = (): number => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length

test.each([
  ['twin', 'light', 40],
  ['twin', 'light without pipelining', 20],
  ['twin', 'mqtt.js', 30],
  ['twin', 'mqtt.js without pipelining', 15],
  ['device', 'light', 50],
  ['device', 'light without pipelining', 20],
  ['device', 'mqtt.js', 40],
  ['device', 'mqtt.js without pipelining', 15],
] as const)(
  'a %s over %s loses and doubles nothing in %i random plans of faults',
  { timeout: 300_000 },
  async (subject, transport, count) => {
    const before = tcpHandles()
    expect(await runPlans({ seed: 20261122, count, lanes: 8, subject, transport })).toEqual([])
    await waitFor(() => tcpHandles() <= before, { atMostInMs: 3000 })
    expect(tcpHandles()).toBe(before)
  },
)
