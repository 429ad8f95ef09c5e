import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type IdentityRecord, newIdentity } from '../../../../emulator/src/identity/identity.ts'
import { patchTwin, report } from '../../../../emulator/src/twin/twin.ts'
import { identityChanges, readIdentities } from '../../../../emulator/src/identity/identity-entries.ts'
import { memoryStore } from '../../../../emulator/src/store/memory-store.ts'

const fresh = { now: 0, key: () => 'key', number: () => 1 }
const created = newIdentity('a', undefined, { twin: { desired: { rate: 5 } } }, fresh)

/** The possible changes of a record. */
const changes: Readonly<Record<string, (record: IdentityRecord, at: number) => IdentityRecord>> = {
  connect: (record, at) => ({ ...record, connectionStateUpdatedTime: `time ${at}`, lastActivityTime: `time ${at}` }),
  report: (record, at) => ({ ...record, lastActivityTime: `time ${at}`, twin: report(record.twin, { at }, at) }),
  patch: (record, at) => ({ ...record, twin: patchTwin(record.twin, { desired: { rate: at } }, at).twin }),
  tag: (record, at) => ({ ...record, twin: patchTwin(record.twin, { tags: { at } }, at).twin }),
  model: (record) => ({ ...record, twin: { ...record.twin, modelId: 'dtmi:example:model;1' } }),
  disable: (record, at) => ({ ...record, status: 'disabled', etag: at }),
  subscribe: (record) => ({ ...record, subscriptions: [{ filter: '$iothub/twin/res/#', qos: 0 }] }),
}

test('identityChanges() writes only the part that a report or a connection changes, without keys or desired properties', () => {
  for (const name of ['report', 'connect']) {
    const [change, ...others] = identityChanges('a', created, changes[name]!(created, 1))
    expect([name, change?.key, others]).toEqual([name, 'activity/a', []])
    expect(Object.keys(change?.value as object).sort()).toEqual([
      'connectionStateUpdatedTime',
      'lastActivityTime',
      'reported',
    ])
  }
})

test('identityChanges() writes a new record only, and removes a deleted record with its activity', () => {
  expect(identityChanges('a', undefined, created)).toStrictEqual([{ key: 'identity/a', value: created }])
  expect(identityChanges('a', created, undefined)).toStrictEqual([
    { key: 'identity/a', value: undefined },
    { key: 'activity/a', value: undefined },
  ])
})

test('identityChanges() writes the whole record when it loses a field', () => {
  const child = { ...created, parentScope: 'ms-azure-iot-edge://e-1' }
  const modeled = { ...created, twin: { ...created.twin, modelId: 'dtmi:example:model;1' } }
  for (const before of [child, modeled]) {
    const keys = identityChanges('a', before, created).map(({ key }) => key)
    expect(keys).toEqual(['identity/a', 'activity/a'])
  }
})

test('readIdentities() returns the last state of each record, after any changes in any order', async () => {
  const step = fc.constantFrom(...Object.keys(changes), 'delete', 'create')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const store = memoryStore()
      let record: IdentityRecord | undefined
      for (const [at, name] of steps.entries()) {
        const next =
          name === 'delete'
            ? undefined
            : name === 'create'
              ? { ...created, etag: at }
              : record && changes[name]?.(record, at)
        await store.write(identityChanges('a', record, next))
        record = next
      }
      const read: unknown[] = []
      for await (const [key, value] of readIdentities(store)) read.push([key, value])
      expect(read).toEqual(record === undefined ? [] : [['a', record]])
    }),
  )
})
