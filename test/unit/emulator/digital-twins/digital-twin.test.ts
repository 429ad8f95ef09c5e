import { describe, expect, test } from 'vitest'
import { digitalTwinDocument } from '../../../../emulator/src/digital-twins/digital-twin.ts'
import { type IdentityRecord, newIdentity } from '../../../../emulator/src/identity/identity.ts'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { patchTwin, report } from '../../../../emulator/src/twin/twin.ts'

const created = newIdentity('d', undefined, {}, { now: 0, key: () => 'key', number: () => 1 })
const AT = '1970-01-01T00:00:01.0000000Z'

/** A device with these desired properties in version 2 and reported properties of this time. */
function device(desired: JsonObject, reported: JsonObject): IdentityRecord {
  const { twin } = patchTwin(created.twin, { desired }, 0)
  return { ...created, twin: report(twin, reported, 1000) }
}
const documentOf = (desired: JsonObject, reported: JsonObject): JsonObject =>
  digitalTwinDocument(device(desired, reported))

describe('digitalTwinDocument()', () => {
  test('names the device or the module, and the model', () => {
    const record = device({}, {})
    expect(digitalTwinDocument(record)).toStrictEqual({ $dtId: 'd', $metadata: {} })
    const module = { ...record, moduleId: 'm', twin: { ...record.twin, modelId: 'dtmi:a;1' } }
    expect(digitalTwinDocument(module)).toStrictEqual({ $dtId: 'm', $metadata: { $model: 'dtmi:a;1' } })
  })

  test('shows a reported property with its time', () => {
    expect(documentOf({}, { a: 1, b: { c: 2 } })).toStrictEqual({
      $dtId: 'd',
      a: 1,
      b: { c: 2 },
      $metadata: { a: { lastUpdateTime: AT }, b: { lastUpdateTime: AT } },
    })
  })

  test('shows a desired property in the metadata only', () => {
    expect(documentOf({ a: 1 }, {})).toStrictEqual({
      $dtId: 'd',
      $metadata: { a: { desiredValue: 1, desiredVersion: 2 } },
    })
  })

  test('shows the version that set a desired property, or the section’s version without metadata', () => {
    const record = device({ a: 1 }, {})
    const twin = patchTwin(record.twin, { desired: { b: 2 } }, 0).twin
    expect(digitalTwinDocument({ ...record, twin })['$metadata']).toStrictEqual({
      a: { desiredValue: 1, desiredVersion: 2 },
      b: { desiredValue: 2, desiredVersion: 3 },
    })
    const bare = { ...record.twin, desired: { ...record.twin.desired, metadata: {}, version: 9 } }
    expect(digitalTwinDocument({ ...record, twin: bare })['$metadata']).toStrictEqual({
      a: { desiredValue: 1, desiredVersion: 9 },
    })
  })

  test('shows the acknowledgment of a writable property', () => {
    const reported = { a: { value: 1, ac: 200, av: 2, ad: 'done' }, b: { value: { x: 1 }, ac: 203, av: 0 } }
    expect(documentOf({ a: 5 }, reported)).toStrictEqual({
      $dtId: 'd',
      a: 1,
      b: { x: 1 },
      $metadata: {
        a: {
          desiredValue: 5,
          desiredVersion: 2,
          ackVersion: 2,
          ackCode: 200,
          ackDescription: 'done',
          lastUpdateTime: AT,
        },
        b: { ackVersion: 0, ackCode: 203, lastUpdateTime: AT },
      },
    })
  })

  test('shows an acknowledgment without a value in the metadata only', () => {
    expect(documentOf({}, { a: { ac: 404, av: 1 } })).toStrictEqual({
      $dtId: 'd',
      $metadata: { a: { ackVersion: 1, ackCode: 404 } },
    })
  })

  test.each([{ value: 1, ac: 200 }, { value: 1, av: 2 }, { value: 1 }])('shows %j as an ordinary value', (a) => {
    expect(documentOf({}, { a })).toStrictEqual({ $dtId: 'd', a, $metadata: { a: { lastUpdateTime: AT } } })
  })

  test('shows an empty time without metadata', () => {
    const record = device({}, { a: 1 })
    const twin = { ...record.twin, reported: { ...record.twin.reported, metadata: {} } }
    expect(digitalTwinDocument({ ...record, twin })['$metadata']).toStrictEqual({ a: { lastUpdateTime: '' } })
  })

  test.each([
    ['both sections', { c: { __t: 'c', x: 1 } }, { c: { __t: 'c', y: 2 } }],
    ['desired only', { c: { __t: 'c', x: 1 } }, { c: { y: 2 } }],
    ['reported only', { c: { x: 1 } }, { c: { __t: 'c', y: 2 } }],
  ])('shows a component that is marked in %s', (_where, desired, reported) => {
    expect(documentOf(desired, reported)).toStrictEqual({
      $dtId: 'd',
      c: { y: 2, $metadata: { y: { lastUpdateTime: AT }, x: { desiredValue: 1, desiredVersion: 2 } } },
      $metadata: {},
    })
  })

  test('shows a component of a single section', () => {
    expect(documentOf({ c: { __t: 'c', x: 1 } }, { e: { __t: 'c', y: 2 } })).toStrictEqual({
      $dtId: 'd',
      c: { $metadata: { x: { desiredValue: 1, desiredVersion: 2 } } },
      e: { y: 2, $metadata: { y: { lastUpdateTime: AT } } },
      $metadata: {},
    })
  })

  test('knows no components within components, and __t is an ordinary property of the root', () => {
    expect(documentOf({}, { __t: 'c', c: { __t: 'c', inner: { __t: 'c', z: 3 } }, o: { __t: 'x' } })).toStrictEqual({
      $dtId: 'd',
      __t: 'c',
      c: { inner: { __t: 'c', z: 3 }, $metadata: { inner: { lastUpdateTime: AT } } },
      o: { __t: 'x' },
      $metadata: { __t: { lastUpdateTime: AT }, o: { lastUpdateTime: AT } },
    })
  })

  test('treats the names of Object.prototype as data', () => {
    const reported = JSON.parse('{"__proto__":1,"toString":{"__t":"c","constructor":2}}') as JsonObject
    const document = documentOf({}, reported)
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(document, '__proto__')?.value).toBe(1)
    expect(document['toString']).toEqual({ constructor: 2, $metadata: { constructor: { lastUpdateTime: AT } } })
  })
})
