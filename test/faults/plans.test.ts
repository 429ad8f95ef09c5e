import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runPlans } from './run-plans.ts'

const tcpHandles = (): number => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length

test('openTwin() loses nothing and doubles nothing in 200 random plans of faults', { timeout: 150_000 }, async () => {
  const before = tcpHandles()
  expect(await runPlans({ seed: 20261122, count: 200, lanes: 8 })).toEqual([])
  for (const until = Date.now() + 3000; tcpHandles() > before && Date.now() < until;) await delay(20)
  expect(tcpHandles()).toBe(before)
})
