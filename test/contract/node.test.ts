import { beforeAll, describe, expect, inject, test } from 'vitest'
import { runtimeName } from './runtime-name.ts'
import { contractOf } from './suite/contract.ts'
import { sentence } from './suite/sentence.ts'
import { connectTestHub } from './suite/test-hub.ts'
import { within } from './suite/waits.ts'

// Runs the contract in every runtime except browsers: Node, Deno, and Bun.

const connection = sentence('openTwin() connects', async ({ open }) => void (await within(open().ready(), 'ready')))

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
  // In a runtime that cannot connect, every test would wait for its limit. This fails at once.
  beforeAll(() => connection.run(hub, opener))
  for (const { title, run } of contractOf(opener)) test(title, () => run(hub, opener))
})
