import { describe, expect, test } from 'vitest'
import type { RecordChange } from '../../../../emulator/src/identity/edge-devices.ts'
import { identityKey, identityOf } from '../../../../emulator/src/identity/identity-id.ts'
import { newIdentity, type IdentityRecord } from '../../../../emulator/src/identity/identity.ts'
import type { Store, StoreChange } from '../../../../emulator/src/store/store.ts'
import { memoryStore } from '../../../../emulator/src/store/memory-store.ts'
import { openRegistry } from '../../../../emulator/src/identity/registry.ts'

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

describe('the registry', () => {
  test('shows a change after its write, and bases later changes on it before', async () => {
    const { store, batches } = scriptedStore()
    const registry = await openRegistry(store)
    const written = registry.write([{ identity: { deviceId: 'a' }, record: record('a') }])
    await turn()
    expect([registry.find({ deviceId: 'a' }), registry.latest({ deviceId: 'a' })?.deviceId]).toEqual([undefined, 'a'])
    batches[0]?.end()
    await written
    expect(registry.find({ deviceId: 'a' })?.deviceId).toBe('a')
  })

  test('writes simultaneous changes in one batch, each key once', async () => {
    const { store, batches } = scriptedStore()
    const registry = await openRegistry(store)
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
    const registry = await openRegistry(store)
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
    const registry = await openRegistry(store)
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

describe('the registry over a store', () => {
  const sources = { now: 0, key: () => 'key', number: () => 1 }
  const make = (deviceId: string, moduleId?: string, status: 'enabled' | 'disabled' = 'enabled'): IdentityRecord =>
    newIdentity(deviceId, moduleId, { status }, sources)
  const change = (next: IdentityRecord): RecordChange => ({
    identity: identityOf(next.deviceId, next.moduleId),
    record: next,
  })
  const removal = (deviceId: string, moduleId?: string): RecordChange => ({
    identity: identityOf(deviceId, moduleId),
    record: undefined,
  })
  const keysOf = (records: readonly IdentityRecord[]): string[] => records.map(identityKey)

  test('has nothing at first', async () => {
    const registry = await openRegistry(memoryStore())
    expect([registry.all(), registry.deviceCount, registry.disabledDeviceCount, registry.revision]).toEqual([
      [],
      0,
      0,
      0,
    ])
    expect([registry.find({ deviceId: 'a' }), registry.latest({ deviceId: 'a' })]).toEqual([undefined, undefined])
  })

  test('lists devices and modules, and loads them again', async () => {
    const store = memoryStore()
    const registry = await openRegistry(store)
    await registry.write([change(make('b', 'm')), change(make('b')), change(make('a')), change(make('b', 'l'))])
    await registry.write([change(make('bb', 'x'))])
    for (const each of [registry, await openRegistry(store)]) {
      expect(keysOf(each.all())).toEqual(['a', 'b', 'b/l', 'b/m', 'bb/x'])
      expect(keysOf(each.modulesOf('b'))).toEqual(['b/l', 'b/m'])
      expect(keysOf(each.latestModules('b'))).toEqual(['b/l', 'b/m'])
      expect(Array.from(each.modulesAfter('b/l'), ([key]) => key)).toEqual(['b/m', 'bb/x'])
      expect(each.deviceCount).toBe(2)
      expect(each.latest({ deviceId: 'b', moduleId: 'm' })).toStrictEqual(make('b', 'm'))
    }
  })

  test('finds no device with the key of a module', async () => {
    const registry = await openRegistry(memoryStore())
    await registry.write([change(make('b', 'm'))])
    const identity = { deviceId: 'b/m' }
    expect([registry.find(identity), registry.latest(identity)]).toEqual([undefined, undefined])
    expect(registry.find({ deviceId: 'b', moduleId: 'm' })?.moduleId).toBe('m')
  })

  test('counts devices that are disabled', async () => {
    const store = memoryStore()
    const registry = await openRegistry(store)
    const counts: number[] = []
    for (const step of [
      change(make('a')),
      change(make('a', undefined, 'disabled')),
      change(make('a', undefined, 'disabled')),
      change(make('a', 'm', 'disabled')),
      change(make('b', undefined, 'disabled')),
      change(make('a')),
      removal('b'),
    ]) {
      await registry.write([step])
      expect((await openRegistry(store)).disabledDeviceCount).toBe(registry.disabledDeviceCount)
      counts.push(registry.disabledDeviceCount)
    }
    expect(counts).toEqual([0, 1, 1, 1, 2, 1, 0])
    expect(registry.revision).toBe(7)
  })

  test('forgets a record that is removed, and accepts it again', async () => {
    const store = memoryStore()
    const registry = await openRegistry(store)
    await registry.write([change(make('a'))])
    await registry.write([removal('a')])
    await registry.write([removal('a')])
    expect([registry.find({ deviceId: 'a' }), registry.all(), registry.deviceCount]).toEqual([undefined, [], 0])
    expect((await openRegistry(store)).all()).toEqual([])
    await registry.write([change(make('a'))])
    expect([keysOf(registry.all()), registry.deviceCount]).toEqual([['a'], 1])
  })

  test('shows a module that is removed until the store has the removal, but not as the latest', async () => {
    const registry = await openRegistry(memoryStore())
    await registry.write([change(make('a')), change(make('a', 'm'))])
    const removed = registry.write([removal('a', 'm')])
    expect([keysOf(registry.modulesOf('a')), registry.latestModules('a')]).toEqual([['a/m'], []])
    await removed
    expect(registry.modulesOf('a')).toEqual([])
  })

  test('keeps a record that is added while its removal is written', async () => {
    const { store, batches } = scriptedStore()
    const registry = await openRegistry(store)
    const added = registry.write([change(make('a'))])
    await turn()
    const removed = registry.write([removal('a')])
    batches[0]?.end()
    await added
    await turn()
    const again = registry.write([change(make('a', undefined, 'disabled'))])
    batches[1]?.end()
    await removed
    expect(registry.find({ deviceId: 'a' })).toBeUndefined()
    expect(registry.latest({ deviceId: 'a' })?.status).toBe('disabled')
    await turn()
    batches[2]?.end()
    await again
    expect(registry.find({ deviceId: 'a' })?.status).toBe('disabled')
    expect([registry.deviceCount, registry.disabledDeviceCount]).toEqual([1, 1])
  })

  test('tells its listeners about each record that is added or changed, after the write', async () => {
    const registry = await openRegistry(memoryStore())
    const heard: string[] = []
    registry.onChange((changed) => heard.push(`${identityKey(changed)} ${changed.status}`))
    const written = registry.write([change(make('a')), change(make('a', 'm'))])
    expect(heard).toEqual([])
    await written
    await registry.write([change(make('a', undefined, 'disabled')), removal('a', 'm')])
    expect(heard).toEqual(['a enabled', 'a/m enabled', 'a disabled'])
  })

  test('waits until every write has reached the store', async () => {
    const registry = await openRegistry(memoryStore())
    void registry.write([change(make('a'))])
    await registry.idle()
    expect(registry.find({ deviceId: 'a' })?.deviceId).toBe('a')
  })

  test('replaces all records in memory, and raises the revision', async () => {
    const registry = await openRegistry(memoryStore())
    await registry.write([change(make('a', undefined, 'disabled')), change(make('a', 'm'))])
    const records = [make('b', undefined, 'disabled'), make('c', 'm')]
    await registry.writes.suspend()
    registry.replaceAll(records)
    registry.writes.resume()
    expect(registry.all()).toStrictEqual(records)
    expect(registry.find({ deviceId: 'a' })).toBeUndefined()
    expect([registry.deviceCount, registry.disabledDeviceCount, registry.revision]).toEqual([1, 1, 3])
    expect(registry.changesFor(records)).toStrictEqual([
      { key: 'identity/b', value: records[0] },
      { key: 'identity/c/m', value: records[1] },
    ])
  })
})
