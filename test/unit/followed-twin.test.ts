import { expect, test } from 'vitest'
import type { JsonObject } from '../../core/src/protocol/json.ts'
import { createFollowedTwin, readDocument, updateTwin } from '../../core/src/twin/followed-twin.ts'
import { listenToDesired } from '../../core/src/twin/listening/desired-listeners.ts'
import type { DesiredChange } from '../../core/src/twin/changes.ts'

const KEYS = Array.from({ length: 1000 }, (_, index) => `key${index}`)
const sectionOf = (value: number): JsonObject => Object.fromEntries(KEYS.map((key) => [key, { value }]))

test('A desired patch reaches 1,000 listeners without a copy of the twin', () => {
  const followed = createFollowedTwin()
  const versions = { desired: 1, reported: 1 }
  updateTwin(followed, { type: 'document', document: { desired: sectionOf(0), reported: {}, versions } })
  const values: unknown[] = []
  for (const key of KEYS) listenToDesired(followed.desired, `${key}.value`, ({ value }) => values.push(value))
  const newest = (): object => followed.sections.desired.content
  updateTwin(followed, { type: 'desired', version: 2, properties: sectionOf(1) })
  const before = newest()
  updateTwin(followed, { type: 'desired', version: 3, properties: { key7: { value: 2 } } })
  expect([values.length, values.at(-1)]).toEqual([1001, 2])
  const properties = { ...sectionOf(1), key7: { value: 2 } }
  expect(newest()).toEqual({ type: 'whole', properties })
  expect((newest() as { properties: object }).properties).toBe((before as { properties: object }).properties)
  expect(readDocument(followed).desired).toEqual(properties)
})

test('A change keeps the desired properties of its version, and the app may read them later', () => {
  const followed = createFollowedTwin()
  const versions = { desired: 1, reported: 1 }
  updateTwin(followed, { type: 'document', document: { desired: { a: { x: 1 }, b: 1 }, reported: {}, versions } })
  const changes: DesiredChange[] = []
  listenToDesired(followed.desired, 'a', (change) => changes.push(change))
  for (const version of [2, 3, 4]) {
    updateTwin(followed, { type: 'desired', version, properties: { a: { x: version }, b: version } })
  }
  const { desired } = readDocument(followed)
  updateTwin(followed, { type: 'desired', version: 5, properties: { a: null, c: 5 } })
  expect(changes.map((change) => change.desired)).toEqual([
    { a: { x: 2 }, b: 2 },
    { a: { x: 3 }, b: 3 },
    { a: { x: 4 }, b: 4 },
    { b: 4, c: 5 },
  ])
  expect(changes[2]?.desired).toBe(desired)
  expect(changes.every((change) => Object.isFrozen(change.desired) && Object.isFrozen(change.value))).toBe(true)
})
