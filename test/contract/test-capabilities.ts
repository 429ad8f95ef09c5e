import { expect, test } from 'vitest'
import json from '../../docs/runtimes.json' with { type: 'json' }
import type { Capabilities } from './capabilities.ts'
import type { RuntimeRecord } from './runtime-record.ts'

const recorded: readonly RuntimeRecord[] = json as unknown as readonly RuntimeRecord[]

declare module 'vitest' {
  interface TaskMeta {
    runtime?: string
    capabilities?: Capabilities
  }
}

/**
 * Compares the capabilities of a runtime with those in docs/runtimes.json. `npm run runtimes:table`
 * reads them from the test's notes.
 *
 * @param runtime the name of the runtime in the record
 */
export function testCapabilities(runtime: string, find: () => Promise<Capabilities>): void {
  test('The runtime has the capabilities in docs/runtimes.json', async ({ task }) => {
    const capabilities = await find()
    Object.assign(task.meta, { runtime, capabilities })
    const before = recorded.find((each) => each.runtime === runtime)
    // A version without a record is no mistake.
    if (before !== undefined) expect(capabilities).toEqual(before.capabilities)
  })
}
