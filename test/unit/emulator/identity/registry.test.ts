import { describe, expect, test } from 'vitest'
import { newIdentity, type IdentityRecord } from '../../../../emulator/src/identity/identity.ts'
import type { Store, StoreChange } from '../../../../emulator/src/store/store.ts'
import { Registry } from '../../../../emulator/src/identity/registry.ts'

function record(deviceId: string, statusReason: string | null = null): IdentityRecord {
  return newIdentity(deviceId, undefined, { statusReason }, { now: 0, key: () => 'key', number: () => 1 })
}

/** A store whose writes succeed or fail on the test's command. */
function scriptedStore(): { store: Store; batches: { changes: readonly StoreChange[]; end(error?: Error): void }[] } {
  const batches: { changes: readonly StoreChange[]; end(error?: Error): void }[] = []
  const store: Store = {
    async *entries() {},
    write: (changes) =>
      new Promise((resolve, reject) => {
        batches.push({ changes, end: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    replace: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  return { store, batches }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Registry', () => {
  test('shows a change after its write, and bases later changes on it before', async () => {
    const { store, batches } = scriptedStore()
    const registry = await Registry.load(store)
    const written = registry.write([{ identity: { deviceId: 'a' }, record: record('a') }])
    await turn()
    expect([registry.find({ deviceId: 'a' }), registry.latest({ deviceId: 'a' })?.deviceId]).toEqual([undefined, 'a'])
    batches[0]?.end()
    await written
    expect(registry.find({ deviceId: 'a' })?.deviceId).toBe('a')
  })

  test('writes simultaneous changes in one batch, each key once', async () => {
    const { store, batches } = scriptedStore()
    const registry = await Registry.load(store)
    const writes = ['x', 'y', 'z'].map((reason) =>
      registry.write([{ identity: { deviceId: 'a' }, record: record('a', reason) }]),
    )
    await turn()
    expect(batches.map(({ changes }) => changes.map(({ key }) => key))).toEqual([['identity/a', 'activity/a']])
    batches[0]?.end()
    await Promise.all(writes)
    expect(registry.find({ deviceId: 'a' })?.statusReason).toBe('z')
  })

  test('reverts a change that the store could not write, and the changes based on it', async () => {
    const { store, batches } = scriptedStore()
    const registry = await Registry.load(store)
    const write = (reason: string): Promise<unknown> =>
      registry.write([{ identity: { deviceId: 'a' }, record: record('a', reason) }]).catch((error: unknown) => error)
    const kept = write('kept')
    await turn()
    batches[0]?.end()
    await kept
    const lost = write('lost')
    await turn()
    const builtOnIt = write('built on it')
    batches[1]?.end(new Error('disk full'))
    expect(await Promise.all([lost, builtOnIt])).toMatchObject([{ status: 503 }, { status: 503 }])
    expect(registry.latest({ deviceId: 'a' })?.statusReason).toBe('kept')
    expect(registry.find({ deviceId: 'a' })?.statusReason).toBe('kept')
  })

  test('lists devices in the order of their IDs, from any ID', async () => {
    const { store, batches } = scriptedStore()
    const registry = await Registry.load(store)
    const written = registry.write(
      ['b', 'a', 'c'].map((deviceId) => ({ identity: { deviceId }, record: record(deviceId) })),
    )
    await turn()
    batches[0]?.end()
    await written
    const ids = (after?: string): string[] => Array.from(registry.devicesAfter(after), ([key]) => key)
    expect([ids(), ids('a'), ids('aa'), ids('c')]).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b', 'c'], []])
  })
})
