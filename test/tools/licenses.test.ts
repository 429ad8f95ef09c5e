import { expect, test } from 'vitest'
import { licenseProblem, shippedPackages } from '../../tools/licenses/licenses.ts'

test('shippedPackages() returns production dependencies and bundled development dependencies', () => {
  const packages = {
    core: { version: '0.1.0' },
    'node_modules/hubtwin': { link: true },
    'node_modules/ws': {},
    'node_modules/a/node_modules/@scope/b': {},
    'node_modules/preact': { dev: true },
    'node_modules/prettier': { dev: true },
  }
  expect(shippedPackages({ packages }, new Set(['preact']))).toEqual([
    'node_modules/ws',
    'node_modules/a/node_modules/@scope/b',
    'node_modules/preact',
  ])
})

test.each([
  { license: 'MIT' },
  { license: '(GPL-2.0-only OR MIT)' },
  { license: '(MIT AND ISC)' },
  { license: { type: 'ISC' } },
  { licenses: [{ type: 'GPL' }, { type: 'MIT' }] },
])('licenseProblem() accepts %j', (fields) => {
  expect(licenseProblem(fields)).toBeUndefined()
})

test.each([
  [{ license: 'GPL-3.0-only' }, 'GPL-3.0-only'],
  [{ license: 'MIT AND GPL-3.0-only' }, 'MIT AND GPL-3.0-only'],
  [{ license: 'SEE LICENSE IN LICENSE.txt' }, 'SEE LICENSE IN LICENSE.txt'],
  [{ license: 'UNLICENSED' }, 'UNLICENSED'],
  [{}, 'has no license'],
])('licenseProblem() rejects %j', (fields, text) => {
  expect(licenseProblem(fields)).toContain(text)
})
