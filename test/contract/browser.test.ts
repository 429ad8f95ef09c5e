import { describe, inject, test } from 'vitest'
import { probe } from './capabilities.ts'
import { contractOf } from './suite/contract.ts'
import { connectTestHub } from './suite/test-hub.ts'
import { testCapabilities } from './test-capabilities.ts'
import { WAYS } from './ways.ts'
import { startWorker } from './worker-runner.ts'

// Runs the contract in the page itself, and in a worker that the page starts.

const controlUrl = inject('controlUrl')
const browser = navigator.userAgent.includes('Firefox/') ? 'Firefox' : 'Chromium'

describe('page', () => {
  testCapabilities(`${browser}, page`, () => probe(connectTestHub(controlUrl, 'ws')))
  describe.each(WAYS)('%s, %s()', (scheme, opener) => {
    const hub = connectTestHub(controlUrl, scheme)
    for (const { title, run } of contractOf(opener)) test(title, () => run(hub, opener))
  })
})

describe('worker', () => {
  const runInWorker = startWorker()
  testCapabilities(`${browser}, worker`, async () => {
    const { capabilities } = await runInWorker({ controlUrl, scheme: 'ws', opener: 'openLightTwin' })
    if (capabilities === undefined) throw new Error('The probe found nothing')
    return capabilities
  })
  describe.each(WAYS)('%s, %s()', (scheme, opener) => {
    for (const { title } of contractOf(opener))
      test(title, () => runInWorker({ controlUrl, scheme, opener, title }).then(() => undefined))
  })
})
