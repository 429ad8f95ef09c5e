import { describe, expect, inject, test } from 'vitest'
import { runtimeName } from './runtime-name.ts'
import { contract } from './suite/contract.ts'
import { connectTestHub } from './suite/test-hub.ts'

// Runs the contract in every runtime except browsers: Node, Deno, and Bun.

test('the suite runs in the requested runtime', () => expect(runtimeName()).toBe(inject('runtime')))

describe.each([
  ['ws', 'openTwin'],
  ['wss', 'openTwin'],
  ['ws', 'openLightTwin'],
  ['wss', 'openLightTwin'],
  ['ws', 'openSharedTwin'],
  ['ws', 'openLightSharedTwin'],
] as const)('%s, %s():', (scheme, opener) => {
  const hub = connectTestHub(inject('controlUrl'), scheme)
  for (const { title, run } of contract) test(title, () => run(hub, opener))
})
