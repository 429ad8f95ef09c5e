import { test } from 'vitest'
import { expectPlansToPass, PLANS } from './expect-plans.ts'

test.each(PLANS)(
  'a %s over %s loses and doubles nothing in %i random plans of faults',
  { timeout: 300_000 },
  (subject, transport, count) => expectPlansToPass({ seed: 20261122, count, subject, transport }),
)
