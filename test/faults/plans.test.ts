import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runPlans } from './run-plans.ts'

const tcpHandles = (): number => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length

test.each([
  ['light', 100],
  ['light without pipelining', 50],
  ['mqtt.js', 75],
  ['mqtt.js without pipelining', 25],
] as const)(
  '%s: a twin loses and doubles nothing in %i random plans of faults',
  { timeout: 150_000 },
  async (transport, count) => {
    const before = tcpHandles()
    expect(await runPlans({ seed: 20261122, count, lanes: 8, transport })).toEqual([])
    for (const until = Date.now() + 3000; tcpHandles() > before && Date.now() < until;) await delay(20)
    expect(tcpHandles()).toBe(before)
  },
)
