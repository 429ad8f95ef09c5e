import { test } from 'vitest'
import { expectPlansToPass, PLANS } from './expect-plans.ts'

// Other plans than in `npm test`, and twice as many.
test.each(PLANS.map(([subject, transport, count]) => [subject, transport, 2 * count] as const))(
  'a %s over %s loses and doubles nothing in %i other random plans of faults',
  { timeout: 300_000 },
  (subject, transport, count) => expectPlansToPass({ seed: 20261129, count, subject, transport }),
)
