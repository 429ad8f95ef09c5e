import { describe, inject, test } from 'vitest'
import { contractOf } from './suite/contract.ts'
import { testCapabilities } from './test-capabilities.ts'
import { WAYS } from './ways.ts'
import { startWorker } from './worker-runner.ts'

// Runs the contract in a worker of a page.

const controlUrl = inject('controlUrl')
const browser = navigator.userAgent.includes('Firefox/') ? 'Firefox' : 'Chromium'

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
