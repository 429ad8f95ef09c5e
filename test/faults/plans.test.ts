import { test } from 'vitest'
import { expectPlansToPass } from './expect-plans.ts'

// plans.slow.test.ts runs more plans in `npm run test:all`.

test.each([
  ['twin', 'light', 20],
  ['twin', 'light without pipelining', 10],
  ['twin', 'mqtt.js', 15],
  ['twin', 'mqtt.js without pipelining', 10],
  ['device', 'light', 25],
  ['device', 'light without pipelining', 10],
  ['device', 'mqtt.js', 20],
  ['device', 'mqtt.js without pipelining', 10],
] as const)(
  'a %s over %s loses and doubles nothing in %i random plans of faults',
  { timeout: 300_000 },
  (subject, transport, count) => expectPlansToPass({ seed: 20261122, count, subject, transport }),
)
