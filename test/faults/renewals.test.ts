import { expect, test } from 'vitest'
import { runRenewals } from './renewals.ts'

test('openTwin() misses nothing during 20 renewals under a stream of changes and reports', async () => {
  const { faults, renewals, changes } = await runRenewals({ renewals: 20, seed: 3 })
  expect(faults).toEqual([])
  expect(renewals).toBe(20)
  expect(changes).toBeGreaterThan(100)
})
