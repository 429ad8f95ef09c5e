import { expect, test } from 'vitest'
import { parseBulkStep } from '../../../../emulator/src/identity/bulk-request.ts'
import { refusalOf } from '../../../support/refusal.ts'

const IDENTITY = { deviceId: 'd' }
const REQUEST = { scopes: {} }

test.each([
  [{}, { type: 'create', request: REQUEST, twin: {} }],
  [{ importMode: 1 }, { type: 'create', request: REQUEST, twin: {} }],
  [
    { importMode: 'create', status: 'disabled', tags: { a: 1 }, properties: { desired: {} } },
    {
      type: 'create',
      request: { ...REQUEST, status: 'disabled' },
      twin: { tags: { a: 1 }, properties: { desired: {} } },
    },
  ],
  [
    { importMode: 'Update', eTag: 'x', status: 'enabled' },
    { type: 'update', request: { ...REQUEST, status: 'enabled' }, ifMatch: undefined },
  ],
  [
    { importMode: 'updateIfMatchETag', eTag: 'x', etag: 'y' },
    { type: 'update', request: REQUEST, ifMatch: 'x' },
  ],
  [
    { importMode: 'updateIfMatchETag', etag: 'y' },
    { type: 'update', request: REQUEST, ifMatch: 'y' },
  ],
  [{ importMode: 'updateIfMatchETag' }, { type: 'update', request: REQUEST, ifMatch: '' }],
  [
    { importMode: 'delete', eTag: 'x' },
    { type: 'delete', ifMatch: undefined },
  ],
  [
    { importMode: 'DeleteIfMatchEtag', eTag: 'x' },
    { type: 'delete', ifMatch: 'x' },
  ],
  [
    { importMode: 'deleteIfMatchETag', etag: 'y', eTag: 1 },
    { type: 'delete', ifMatch: 'y' },
  ],
  [
    { importMode: 'updateTwin', twinETag: 'x', tags: null },
    { type: 'update-twin', twin: { tags: null }, ifMatch: undefined },
  ],
  [
    { importMode: 'updateTwinIfMatchETag', twinETag: 'x', properties: {} },
    { type: 'update-twin', twin: { properties: {} }, ifMatch: 'x' },
  ],
  [
    { importMode: 'updateTwinIfMatchETag', twinEtag: 'y' },
    { type: 'update-twin', twin: {}, ifMatch: 'y' },
  ],
])('parseBulkStep() reads %j as %j', (entry, step) => {
  expect(parseBulkStep({ id: 'd', ...entry })).toStrictEqual({ identity: IDENTITY, ...step })
})

test('parseBulkStep() reads the ID of a module', () => {
  const entry = { id: 'd', importMode: 'delete' }
  expect(parseBulkStep({ ...entry, moduleId: 'm' }).identity).toStrictEqual({ deviceId: 'd', moduleId: 'm' })
  expect(parseBulkStep({ ...entry, moduleId: null }).identity).toStrictEqual(IDENTITY)
})

const MODES = 'create, update, updateIfMatchETag, delete, deleteIfMatchETag, updateTwin, updateTwinIfMatchETag'

test.each([
  [[], 'Each device must be an object'],
  [{}, "deviceId is missing; expected 1 to 128 ASCII letters, digits, or - . + % _ # * ? ! ( ) , = @ $ ' :"],
  [{ id: 'd', moduleId: '.' }, "moduleId must not be '.' or '..': clients remove such a segment from every URL"],
  [{ id: 'd', importMode: 'createOrUpdate' }, `importMode must be one of ${MODES}`],
  [{ id: 'd', importMode: '' }, `importMode must be one of ${MODES}`],
])('parseBulkStep() refuses %j', (entry, message) => {
  expect(refusalOf(() => parseBulkStep(entry))).toBe(`ArgumentInvalid: ${message}`)
})
