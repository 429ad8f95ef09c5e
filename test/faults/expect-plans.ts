import { expect } from 'vitest'
import { runPlans, type RunOptions } from './run-plans.ts'
import type { Subject } from './plan.ts'
import type { TransportName } from './transport.ts'
import { waitFor } from './wait-for.ts'

interface Plans extends Pick<RunOptions, 'seed' | 'count' | 'subject'> {
  readonly transport: TransportName
}

/** The plans of `npm test`. */
export const PLANS: readonly (readonly [subject: Subject, transport: TransportName, count: number])[] = [
  ['twin', 'light', 20],
  ['twin', 'light without pipelining', 10],
  ['twin', 'mqtt.js', 15],
  ['twin', 'mqtt.js without pipelining', 10],
  ['device', 'light', 25],
  ['device', 'light without pipelining', 10],
  ['device', 'mqtt.js', 20],
  ['device', 'mqtt.js without pipelining', 10],
]

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
