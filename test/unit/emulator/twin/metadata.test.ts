import { expect, test } from 'vitest'
import { newMetadata, patchMetadata } from '../../../../emulator/src/twin/metadata.ts'

const OLD = { $lastUpdated: 'old', $lastUpdatedVersion: 1 }
const NOW = { $lastUpdated: 'now', $lastUpdatedVersion: 2 }
const UPDATE = { at: 'now', version: 2 }

test('newMetadata() mirrors a section, except below arrays', () => {
  expect(newMetadata({ a: 1, b: { c: [{ d: 1 }] } }, UPDATE)).toStrictEqual({ ...NOW, a: NOW, b: { ...NOW, c: NOW } })
})

test('newMetadata() has no version for reported properties', () => {
  const reported = { $lastUpdated: 'now' }
  expect(newMetadata({ a: {} }, { at: 'now' })).toStrictEqual({ ...reported, a: reported })
})

test.each([
  ['keeps the time of other keys', { a: 1 }, { ...NOW, a: NOW, b: { ...OLD, c: OLD, d: OLD } }],
  ['updates every level above a key', { b: { c: 1 } }, { ...NOW, a: OLD, b: { ...NOW, c: NOW, d: OLD } }],
  ['shows a removal at its parent', { b: { c: null } }, { ...NOW, a: OLD, b: { ...NOW, d: OLD } }],
  ['removes a key at the top', { b: null }, { ...NOW, a: OLD }],
  ['forgets what was below a new value', { b: 1 }, { ...NOW, a: OLD, b: NOW }],
  [
    'adds the levels of a new object',
    { e: { f: 1 } },
    { ...NOW, a: OLD, b: { ...OLD, c: OLD, d: OLD }, e: { ...NOW, f: NOW } },
  ],
  [
    'ignores the names of Object.prototype',
    { toString: {} },
    { ...NOW, a: OLD, b: { ...OLD, c: OLD, d: OLD }, toString: NOW },
  ],
  ['stamps an empty patch', {}, { ...NOW, a: OLD, b: { ...OLD, c: OLD, d: OLD } }],
])('patchMetadata() %s', (_name, patch, metadata) => {
  const before = { ...OLD, a: OLD, b: { ...OLD, c: OLD, d: OLD } }
  expect(patchMetadata(before, patch as never, UPDATE)).toStrictEqual(metadata)
})
