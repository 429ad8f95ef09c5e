import { expect, test } from 'vitest'
import type { JsonObject } from '../../core/src/protocol/json.ts'
import { createFollowedTwin, updateTwin } from '../../core/src/twin/followed-twin.ts'
import { listenToDesired } from '../../core/src/twin/listening/desired-listeners.ts'

/**
 * Counts how often code lists the keys of an object, which is the expensive access to a large
 * object.
 */
function counted(object: JsonObject): { readonly object: JsonObject; readonly listings: () => number } {
  let count = 0
  const ownKeys = (target: JsonObject): (string | symbol)[] => {
    count++
    return Reflect.ownKeys(target)
  }
  return { object: new Proxy(object, { ownKeys }), listings: () => count }
}

test('A followed twin merges a desired patch once, and calls 1,000 listeners without listing the keys of the twin', () => {
  const followed = createFollowedTwin()
  const section = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, { value: 0 }]))
  const desired = counted(section)
  updateTwin(followed, {
    type: 'document',
    document: { desired: desired.object, reported: {}, versions: { desired: 1, reported: 1 } },
  })
  const values: unknown[] = []
  for (const key of Object.keys(section)) listenToDesired(followed.desired, key, ({ value }) => values.push(value))
  const before = desired.listings()
  const patch = counted(Object.fromEntries(Object.keys(section).map((key) => [key, { value: 1 }])))
  updateTwin(followed, { type: 'desired', version: 2, properties: patch.object })
  expect(values.length).toBe(1000)
  expect([desired.listings() - before, patch.listings()]).toEqual([1, 1])
  expect(followed.document.desired['key7']).toEqual({ value: 1 })
})
