import { test } from 'vitest'
import { expectPlansToPass } from './expect-plans.ts'

test.each([
  ['twin', 'light', 40],
  ['twin', 'light without pipelining', 20],
  ['twin', 'mqtt.js', 30],
  ['twin', 'mqtt.js without pipelining', 20],
  ['device', 'light', 50],
  ['device', 'light without pipelining', 20],
  ['device', 'mqtt.js', 40],
  ['device', 'mqtt.js without pipelining', 20],
] as const)(
  'a %s over %s loses and doubles nothing in %i other random plans of faults',
  { timeout: 300_000 },
  (subject, transport, count) => expectPlansToPass({ seed: 20261129, count, subject, transport }),
)
