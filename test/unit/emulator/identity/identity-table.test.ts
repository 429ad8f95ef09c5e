import { describe, expect, test } from 'vitest'
import { newIdentity, type IdentityRecord } from '../../../../emulator/src/identity/identity.ts'
import {
  beginChange,
  committedWith,
  createIdentityTable,
  putRecord,
  settleChange,
} from '../../../../emulator/src/identity/identity-table.ts'

const record = (deviceId: string): IdentityRecord =>
  newIdentity(deviceId, undefined, {}, { now: 0, key: () => 'key', number: () => 1 })

describe('an identity table', () => {
  test('keeps no entry after a removal, or after an addition that the store refuses', () => {
    const table = createIdentityTable()
    putRecord(table, record('a'))
    settleChange(table, beginChange(table, 'a', undefined), true)
    expect(table.entries.size).toBe(0)
    settleChange(table, beginChange(table, 'b', record('b')), false)
    expect(table.entries.size).toBe(0)
  })

  test('keeps the entry of a removal while another change of the identity is written', () => {
    const table = createIdentityTable()
    const added = beginChange(table, 'a', record('a'))
    const removed = beginChange(table, 'a', undefined)
    expect([added.before, removed.before]).toEqual([undefined, record('a')])
    expect(table.entries.get('a')).toEqual({ committed: undefined, latest: undefined, writing: 2 })
    settleChange(table, added, true)
    expect(table.entries.get('a')).toEqual({ committed: record('a'), latest: undefined, writing: 1 })
    settleChange(table, removed, true)
    expect(table.entries.size).toBe(0)
  })

  test('keeps the entry of a record that the store has', () => {
    const table = createIdentityTable()
    settleChange(table, beginChange(table, 'a', record('a')), true)
    expect(table.entries.get('a')).toEqual({ committed: record('a'), latest: record('a'), writing: 0 })
  })

  test('lists committed records only', () => {
    const table = createIdentityTable()
    putRecord(table, record('a'))
    beginChange(table, 'b', record('b'))
    expect([...committedWith(table, ['a', 'b', 'c'])]).toEqual([['a', record('a')]])
  })
})
