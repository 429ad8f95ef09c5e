import { expect, test } from 'vitest'
import { parseTwinChange } from '../../../../emulator/src/twin/twin-change.ts'
import { refusalOf } from '../../../support/refusal.ts'

test.each([
  [{}, {}],
  [{ tags: { a: 1 } }, { tags: { a: 1 } }],
  [{ tags: null }, { tags: null }],
  [{ properties: { desired: { a: null } } }, { desired: { a: null } }],
  [{ properties: { desired: null } }, { desired: null }],
  [{ properties: null }, { desired: null }],
  [{ properties: {} }, {}],
  [{ properties: { reported: { a: 1 } }, etag: 'x', deviceId: 'd' }, {}],
  [{ properties: { desired: { a: 1, $metadata: {}, $version: 4 } } }, { desired: { a: 1 } }],
])('parseTwinChange() reads %j as %j', (body, change) => {
  expect(parseTwinChange(body)).toStrictEqual(change)
})

test.each([
  [[], 'The body must be a JSON object'],
  [null, 'The body must be a JSON object'],
  [{ tags: 1 }, 'tags must be an object or null'],
  [{ tags: [] }, 'tags must be an object or null'],
  [{ properties: 'x' }, 'properties must be an object or null'],
  [{ properties: { desired: [] } }, 'properties.desired must be an object or null'],
])('parseTwinChange() refuses %j', (body, message) => {
  expect(refusalOf(() => parseTwinChange(body))).toBe(`ArgumentInvalid: ${message}`)
})
