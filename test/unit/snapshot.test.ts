import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../core/src/protocol/json.ts'
import {
  createSnapshot,
  nextSnapshot,
  readSnapshot,
  readSnapshotAt,
  type Snapshot,
} from '../../core/src/twin/snapshot.ts'
import { mergePatch } from '../support/merge-patch.ts'
import { anyPatch, anySection, text } from './patch-arbitraries.ts'

const countUp = (from: Snapshot, steps: number): Snapshot[] =>
  Array.from({ length: steps }, (_, step) => (from = nextSnapshot(from, { a: { x: step }, b: step }, step + 2)))

test('A snapshot has the properties of its version, whenever and in which order an app reads them', () => {
  const anyStep = fc.record({ patch: anyPatch, read: fc.option(fc.nat(200)) })
  fc.assert(
    fc.property(anySection, fc.array(anyStep, { maxLength: 150, size: 'max' }), (section, steps) => {
      const snapshots = [createSnapshot(section)]
      const expected = [text(section)]
      let properties: JsonObject = section
      for (const { patch, read } of steps) {
        properties = mergePatch(properties, patch)
        expected.push(text(properties))
        snapshots.push(nextSnapshot(snapshots.at(-1) as Snapshot, patch, snapshots.length + 1))
        if (read !== null) readSnapshot(snapshots[read % snapshots.length] as Snapshot)
      }
      expect(snapshots.map((snapshot) => text(readSnapshot(snapshot)))).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})

test('A patch changes properties in place that no app has read', () => {
  const first = createSnapshot({ a: { x: 0, y: { z: 1 } }, b: 0 })
  const properties = first.content.type === 'whole' && first.content.properties
  const second = nextSnapshot(first, { a: { x: 1 }, b: 1 }, 2)
  expect(second.content).toEqual({ type: 'whole', properties: { a: { x: 1, y: { z: 1 } }, b: 1 } })
  expect(second.content.type === 'whole' && second.content.properties).toBe(properties)
  expect(first.content).toEqual({ type: 'older', newer: second, patch: { a: { x: 0 }, b: 0 } })
})

test('A read freezes the properties, returns the same object again, and a later patch leaves it as it is', () => {
  const first = createSnapshot({ a: { x: 0 }, b: { y: 0 } })
  const read = readSnapshot(first) as { a: JsonObject; b: JsonObject }
  expect([read, read.a].every(Object.isFrozen)).toBe(true)
  const second = nextSnapshot(first, { a: { x: 1 } }, 2)
  expect(readSnapshot(first)).toBe(read)
  expect(read).toEqual({ a: { x: 0 }, b: { y: 0 } })
  expect(readSnapshot(second)['b']).toBe(read.b)
})

test('A read of a path freezes only the value there', () => {
  const snapshot = createSnapshot({ a: { x: { y: 1 } }, b: { z: 1 } })
  expect(readSnapshotAt(snapshot, ['a', 'x'])).toEqual({ y: 1 })
  expect(readSnapshotAt(snapshot, ['a', 'missing'])).toBeUndefined()
  const { a, b } = (snapshot.content.type === 'whole' ? snapshot.content.properties : {}) as { a: object; b: object }
  expect([(a as { x: object }).x, a, b].map(Object.isFrozen)).toEqual([true, false, false])
  const next = nextSnapshot(snapshot, { a: { x: { y: 2 } } }, 2)
  expect(readSnapshotAt(next, ['a'])).toEqual({ x: { y: 2 } })
  expect(readSnapshotAt(snapshot, ['a'])).toEqual({ x: { y: 1 } })
})

test('A snapshot that an app keeps without a read holds fewer than 64 newer snapshots', () => {
  const first = createSnapshot({ a: {}, b: -1 })
  countUp(first, 1000)
  let held = 0
  for (let at = first; at.content.type === 'older'; at = at.content.newer) held++
  expect(held).toBe(62)
  expect(readSnapshot(first)).toEqual({ a: {}, b: -1 })
})
