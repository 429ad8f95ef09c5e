import { expect, test } from 'vitest'
import { runPlans } from './run-plans.ts'

test('openTwin() loses nothing and doubles nothing in 200 random plans of faults', { timeout: 150_000 }, async () => {
  const failures = await runPlans({ seed: 20261122, count: 200, lanes: 8 })
  expect(failures).toEqual([])
})
