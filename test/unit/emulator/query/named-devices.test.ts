import { describe, expect, test } from 'vitest'
import { newIdentity } from '../../../../emulator/src/identity/identity.ts'
import { identityKey, identityOf } from '../../../../emulator/src/identity/identity-id.ts'
import { type Registry, openRegistry } from '../../../../emulator/src/identity/registry.ts'
import { candidates } from '../../../../emulator/src/query/candidates.ts'
import { namedDevices } from '../../../../emulator/src/query/named-devices.ts'
import { parseCondition } from '../../../../emulator/src/query/parse-query.ts'
import { memoryStore } from '../../../../emulator/src/store/memory-store.ts'

describe('namedDevices()', () => {
  const named = (text: string): readonly string[] | undefined => {
    const ids = namedDevices(parseCondition(text))
    return ids && [...ids]
  }

  test.each([
    ["deviceId = 'a'", ['a']],
    ["'a' = deviceId", ['a']],
    ['deviceId = 1', []],
    ["deviceId IN ['a', 'b', 3, null]", ['a', 'b']],
    ['deviceId IN []', []],
    ["tags.a = 1 AND deviceId = 'a'", ['a']],
    ["deviceId IN ['a', 'b'] AND deviceId = 'c'", ['a', 'b']],
    ["deviceId = 'a' OR deviceId IN ['b', 'a']", ['a', 'b']],
    ["deviceId = 'a' OR (tags.a = 1 AND deviceId = 'b')", ['a', 'b']],
  ])('are known for %s', (text, ids) => {
    expect(named(text)).toEqual(ids)
  })

  test.each([
    '*',
    'true',
    'tags.a = 1',
    "deviceId != 'a'",
    "deviceId > 'a'",
    "tags.deviceId = 'a'",
    "moduleId = 'a'",
    "etag IN ['a']",
    "deviceId NIN ['a']",
    "NOT deviceId = 'a'",
    'deviceId = etag',
    'deviceId = deviceId',
    "deviceId IN ['a', etag]",
    "deviceId = 'a' OR tags.a = 1",
    'tags.a = 1 AND tags.b = 2',
    "'a' = 'a'",
    "1 IN ['a']",
  ])('may be any for %s', (text) => {
    expect(named(text)).toBeUndefined()
  })

  test('may be any without a condition', () => {
    expect(namedDevices(undefined)).toBeUndefined()
  })
})

describe('candidates()', () => {
  const sources = { now: 0, key: () => 'key', number: () => 1 }
  const ids = [['b'], ['a'], ['c'], ['b', 'n'], ['b', 'm'], ['a', 'm']] as [string, string?][]

  async function filled(): Promise<Registry> {
    const registry = await openRegistry(memoryStore())
    await registry.write(
      ids.map(([deviceId, moduleId]) => ({
        identity: identityOf(deviceId, moduleId),
        record: newIdentity(deviceId, moduleId, {}, sources),
      })),
    )
    return registry
  }

  const keysOf = (registry: Registry, from: 'devices' | 'devices.modules', text: string, after?: string): string[] =>
    Array.from(candidates(registry, from, parseCondition(text), after), ([key, record]) => {
      expect(key).toBe(identityKey(record))
      return key
    })

  test('are all devices or modules for a condition that names none', async () => {
    const keys = keysOf.bind(undefined, await filled())
    expect(keys('devices', '*')).toEqual(['a', 'b', 'c'])
    expect(keys('devices', '*', 'a')).toEqual(['b', 'c'])
    expect(keys('devices.modules', '*')).toEqual(['a/m', 'b/m', 'b/n'])
    expect(keys('devices.modules', '*', 'b/m')).toEqual(['b/n'])
  })

  test('are the named devices or their modules, in order', async () => {
    const keys = keysOf.bind(undefined, await filled())
    const condition = "deviceId IN ['c', 'x', 'b', 'a']"
    expect(keys('devices', condition)).toEqual(['a', 'b', 'c'])
    expect(keys('devices', condition, 'b')).toEqual(['c'])
    expect(keys('devices.modules', condition)).toEqual(['a/m', 'b/m', 'b/n'])
    expect(keys('devices.modules', condition, 'a/m')).toEqual(['b/m', 'b/n'])
    expect(keys('devices', "deviceId = 'x'")).toEqual([])
  })
})
