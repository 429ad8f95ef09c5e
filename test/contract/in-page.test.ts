import { describe, inject, test } from 'vitest'
import { probe } from './capabilities.ts'
import { contractOf } from './suite/contract.ts'
import { connectTestHub } from './suite/test-hub.ts'
import { testCapabilities } from './test-capabilities.ts'
import { WAYS } from './ways.ts'

// Runs the contract in a page.

const controlUrl = inject('controlUrl')
const browser = navigator.userAgent.includes('Firefox/') ? 'Firefox' : 'Chromium'

describe('page', () => {
  testCapabilities(`${browser}, page`, () => probe(connectTestHub(controlUrl, 'ws')))
  describe.each(WAYS)('%s, %s()', (scheme, opener) => {
    const hub = connectTestHub(controlUrl, scheme)
    for (const { title, run } of contractOf(opener)) test(title, () => run(hub, opener))
  })
})
