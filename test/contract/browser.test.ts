import { describe, inject, test } from 'vitest'
import { contractOf } from './suite/contract.ts'
import { connectTestHub } from './suite/test-hub.ts'
import { startWorker } from './worker-runner.ts'

// Runs the contract in the page itself, and in a worker that the page starts.

const ways = [
  ['ws', 'openTwin'],
  ['wss', 'openTwin'],
  ['ws', 'openLightTwin'],
  ['wss', 'openLightTwin'],
  // Each test has its own device, so each of these twins leads.
  ['ws', 'openSharedTwin'],
  ['ws', 'openLightSharedTwin'],
] as const

describe.each(ways)('%s, %s(): in a page,', (scheme, opener) => {
  const hub = connectTestHub(inject('controlUrl'), scheme)
  for (const { title, run } of contractOf(opener)) test(title, () => run(hub, opener))
})

describe.each(ways)('%s, %s(): in a worker,', (scheme, opener) => {
  const runInWorker = startWorker(inject('controlUrl'), scheme, opener)
  for (const { title } of contractOf(opener)) test(title, () => runInWorker(title))
})
