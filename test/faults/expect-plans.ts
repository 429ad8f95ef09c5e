import { expect } from 'vitest'
import { runPlans, type RunOptions } from './run-plans.ts'
import type { TransportName } from './transport.ts'
import { waitFor } from './wait-for.ts'

interface Plans extends Pick<RunOptions, 'seed' | 'count' | 'subject'> {
  readonly transport: TransportName
}

/** Expects that plans lose and double nothing, and leave no socket behind. */
export async function expectPlansToPass(plans: Plans): Promise<void> {
  const before = tcpHandles()
  expect(await runPlans({ ...plans, lanes: 8 })).toEqual([])
  await waitFor(() => tcpHandles() <= before, { atMostInMs: 3000 })
  expect(tcpHandles()).toBe(before)
}

function tcpHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length
}
