import { expect, test } from 'vitest'
import { newMetadata, patchMetadata } from '../../../../emulator/src/twin/metadata.ts'

const old = { $lastUpdated: 'old', $lastUpdatedVersion: 1 }
const now = { $lastUpdated: 'now', $lastUpdatedVersion: 2 }
const update = { at: 'now', version: 2 }

test('newMetadata() mirrors a section, except below arrays', () => {
  expect(newMetadata({ a: 1, b: { c: [{ d: 1 }] } }, update)).toStrictEqual({ ...now, a: now, b: { ...now, c: now } })
})

test('newMetadata() has no version for reported properties', () => {
  const reported = { $lastUpdated: 'now' }
  expect(newMetadata({ a: {} }, { at: 'now' })).toStrictEqual({ ...reported, a: reported })
})

test.each([
  ['keeps the time of other keys', { a: 1 }, { ...now, a: now, b: { ...old, c: old, d: old } }],
  ['updates every level above a key', { b: { c: 1 } }, { ...now, a: old, b: { ...now, c: now, d: old } }],
  ['shows a removal at its parent', { b: { c: null } }, { ...now, a: old, b: { ...now, d: old } }],
  ['removes a key at the top', { b: null }, { ...now, a: old }],
  ['forgets what was below a new value', { b: 1 }, { ...now, a: old, b: now }],
  [
    'adds the levels of a new object',
    { e: { f: 1 } },
    { ...now, a: old, b: { ...old, c: old, d: old }, e: { ...now, f: now } },
  ],
  [
    'ignores the names of Object.prototype',
    { toString: {} },
    { ...now, a: old, b: { ...old, c: old, d: old }, toString: now },
  ],
  ['stamps an empty patch', {}, { ...now, a: old, b: { ...old, c: old, d: old } }],
])('patchMetadata() %s', (_name, patch, metadata) => {
  const before = { ...old, a: old, b: { ...old, c: old, d: old } }
  expect(patchMetadata(before, patch as never, update)).toStrictEqual(metadata)
})
