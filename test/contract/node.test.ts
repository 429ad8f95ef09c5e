import { createRequire } from 'node:module'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { probe } from './capabilities.ts'
import { probeFile } from './probe-file.ts'
import { runtimeName, tableName } from './runtime-name.ts'
import { contractOf } from './suite/contract.ts'
import { sentence } from './suite/sentence.ts'
import { connectTestHub } from './suite/test-hub.ts'
import { within } from './suite/waits.ts'
import { testCapabilities } from './test-capabilities.ts'
import { WAYS } from './ways.ts'

// Runs the contract in every runtime where vitest itself runs: Node, Deno, and Bun, and the pages
// that jsdom and happy-dom imitate in Node.

const connection = sentence('openTwin() connects', async ({ open }) => void (await within(open().ready(), 'ready')))

test('the suite runs in the requested runtime', () => expect(runtimeName()).toBe(inject('runtime')))

test.each([
  ['hubtwin', () => import('hubtwin')],
  ['hubtwin/light', () => import('hubtwin/light')],
  ['hubtwin/shared-twin', () => import('hubtwin/shared-twin')],
  ['hubtwin/file-storage', () => import('hubtwin/file-storage')],
])('require() loads %s', async (entry, load) => {
  const required = createRequire(import.meta.url)(entry) as object
  const names = Object.keys(required).filter((name) => name !== 'module.exports')
  expect(names.sort()).toEqual(Object.keys(await load()).sort())
})

testCapabilities(tableName(), () => probe(connectTestHub(inject('controlUrl'), 'ws'), probeFile))

/**
 * jsdom sends in the next turn, and drops what waits for that turn when the socket closes. So the
 * hub gets no PUBACK that leaves right before the end, and sends the message again.
 */
const LOST_IN_JSDOM: readonly string[] = [
  'close() of a device waits for the handler of a message',
  'a persistent session of an earlier program loses no message to a device without a handler',
]
const isLost = (title: string): boolean => tableName() === 'jsdom' && LOST_IN_JSDOM.includes(title)

describe.each(WAYS)('%s, %s()', (scheme, opener) => {
  const hub = connectTestHub(inject('controlUrl'), scheme)
  // In a runtime that cannot connect, every test would wait for its limit. This fails at once.
  beforeAll(() => connection.run(hub, opener))
  for (const { title, run } of contractOf(opener)) test.skipIf(isLost(title))(title, () => run(hub, opener))
})
