import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import type { Order, Verdict } from './play.ts'
import { contractOf } from './suite/contract.ts'
import { testCapabilities } from './test-capabilities.ts'
import { WAYS } from './ways.ts'
import { startWorkerd, type Workerd } from './workerd/start-workerd.ts'

// Vitest runs in Node, and each test is a request to the worker.

let workerd: Workerd
beforeAll(async () => {
  workerd = await startWorkerd()
})
afterAll(() => workerd?.close())

async function playThere(order: Omit<Order, 'controlUrl'>): Promise<Verdict> {
  const verdict = await workerd.carryOut({ ...order, controlUrl: inject('controlUrl') })
  if (verdict.failure !== undefined) throw new Error(verdict.failure)
  return verdict
}

testCapabilities('workerd', async () => {
  const { capabilities } = await playThere({ scheme: 'ws', opener: 'openLightTwin' })
  if (capabilities === undefined) throw new Error('The probe found nothing')
  return capabilities
})

describe.each(WAYS)('%s, %s()', (scheme, opener) => {
  for (const { title } of contractOf(opener))
    test(title, () => playThere({ scheme, opener, title }).then(() => undefined))
})
