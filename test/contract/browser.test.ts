import { describe, inject, test } from 'vitest'
import { contract } from './suite/contract.ts'
import { connectTestHub } from './suite/test-hub.ts'
import { startWorker } from './worker-runner.ts'

// In the page itself, and in a worker that the page starts.

describe.each(['ws', 'wss'] as const)('%s: in a page,', (scheme) => {
  const hub = connectTestHub(inject('controlUrl'), scheme)
  for (const { title, run } of contract) test(title, () => run(hub))
})

describe.each(['ws', 'wss'] as const)('%s: in a worker,', (scheme) => {
  const runInWorker = startWorker(inject('controlUrl'), scheme)
  for (const { title } of contract) test(title, () => runInWorker(title))
})

// Each sentence has a device of its own, so each of these leads.

describe('ws: shared, in a page,', () => {
  const hub = connectTestHub(inject('controlUrl'), 'ws')
  for (const { title, run } of contract) test(title, () => run(hub, 'openSharedTwin'))
})

describe('ws: shared, in a worker,', () => {
  const runInWorker = startWorker(inject('controlUrl'), 'ws', 'openSharedTwin')
  for (const { title } of contract) test(title, () => runInWorker(title))
})
