import { describe, expect, test } from 'vitest'
import { desiredOfJsonPatch } from '../../../../emulator/src/digital-twins/digital-twin-patch.ts'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { newTwin, patchTwin, report } from '../../../../emulator/src/twin/twin.ts'
import { refusalOf } from '../../../support/refusal.ts'

const twin = report(
  newTwin(0, { desired: { plain: 1, object: { a: 1, b: 2 }, part: { __t: 'c', x: { y: 1, z: 2 }, w: 1 } } }),
  { told: { __t: 'c', r: 1 }, value: 5 },
  0,
)
const patch = (...operations: unknown[]): JsonObject => desiredOfJsonPatch(operations as JsonObject[], twin)
const replace = (path: string, value: unknown): object => ({ op: 'replace', path, value })
const remove = (path: string): object => ({ op: 'remove', path })

describe('desiredOfJsonPatch()', () => {
  test.each([
    ['nothing', [], {}],
    ['adds a property', [{ op: 'add', path: '/new', value: 1 }], { new: 1 }],
    ['replaces a property', [replace('/plain', 2)], { plain: 2 }],
    ['replaces a falsy property', [replace('/plain', false)], { plain: false }],
    ['removes a property', [remove('/plain')], { plain: null }],
    ['removes a property that is not there', [remove('/gone')], { gone: null }],
    ['ignores the value of a removal', [{ op: 'remove', path: '/plain', value: 3 }], { plain: null }],
    ['replaces an object as a whole', [replace('/object', { b: 3, c: 4 })], { object: { a: null, b: 3, c: 4 } }],
    ['replaces an object by a value', [replace('/object', 1)], { object: 1 }],
    ['replaces a value by an object', [replace('/plain', { a: null, b: 1 })], { plain: { b: 1 } }],
    ['unescapes a name', [replace('/a~1b~0~01', 1)], { 'a/b~~1': 1 }],
    ['replaces a property of a component', [replace('/part/w', 2)], { part: { __t: 'c', w: 2 } }],
    ['replaces an object of a component', [replace('/part/x', { z: 3 })], { part: { __t: 'c', x: { y: null, z: 3 } } }],
    ['removes a property of a component', [remove('/part/w')], { part: { __t: 'c', w: null } }],
    ['adds a property of a component that only the device has', [replace('/told/x', 1)], { told: { __t: 'c', x: 1 } }],
    ['adds a property of a new component', [replace('/fresh/x', 1)], { fresh: { __t: 'c', x: 1 } }],
    [
      'changes two properties of a component',
      [replace('/part/w', 2), replace('/part/v', 3)],
      { part: { __t: 'c', w: 2, v: 3 } },
    ],
    ['replaces a whole component', [replace('/part', { $metadata: {}, w: 5 })], { part: { __t: 'c', x: null, w: 5 } }],
    ['adds an empty component', [replace('/fresh', { $metadata: {} })], { fresh: { __t: 'c' } }],
    [
      'changes a component that it has replaced',
      [replace('/part', { $metadata: {}, w: 5 }), replace('/part/v', 6)],
      { part: { __t: 'c', x: null, w: 5, v: 6 } },
    ],
    ['removes a component', [remove('/part')], { part: null }],
    ['applies the operations in order', [replace('/plain', 2), remove('/plain'), replace('/plain', 4)], { plain: 4 }],
    ['changes several properties', [replace('/plain', 2), remove('/object')], { plain: 2, object: null }],
    ['treats the names of Object.prototype as data', [replace('/toString', { a: 1 })], { toString: { a: 1 } }],
    ['knows a component by a name of Object.prototype', [replace('/toString/a', 1)], { toString: { __t: 'c', a: 1 } }],
  ])('%s', (_name, operations, expected) => {
    expect(patch(...operations)).toStrictEqual(expected)
  })

  const badPath = 'path must be /property, /component, or /component/property'
  const badOp = 'op must be add, replace, or remove'

  test.each([
    [[null], '[0] must be an object with op, path, and value'],
    [[replace('/a', 1), 1], '[1] must be an object with op, path, and value'],
    [[{ path: '/a', value: 1 }], `[0].${badOp}`],
    [[{ op: 'move', path: '/a', from: '/b' }], `[0].${badOp}`],
    [[{ op: 'add', path: '/a' }], '[0].value is missing'],
    [[replace('/a', null)], '[0].value is missing'],
    [[{ op: 'remove' }], `[0].${badPath}`],
    [[remove('a')], `[0].${badPath}`],
    [[remove('')], `[0].${badPath}`],
    [[remove('/')], `[0].${badPath}`],
    [[remove('/a/')], `[0].${badPath}`],
    [[remove('x/a')], `[0].${badPath}`],
    [[remove('/a/b/c')], `[0].${badPath}`],
    [[{ op: 'remove', path: ['/a'] }], `[0].${badPath}`],
    [[replace('/plain/a', 1)], '[0].path: plain is a property, not a component'],
    [[replace('/object/a', 1)], '[0].path: object is a property, not a component'],
    [[replace('/value/a', 1)], '[0].path: value is a property, not a component'],
    [[replace('/new', 1), replace('/new/a', 1)], '[1].path: new is a property, not a component'],
  ])('refuses %j', (operations, message) => {
    expect(refusalOf(() => patch(...operations))).toBe(`ArgumentInvalid: ${message}`)
  })

  test('refuses a body that is no array', () => {
    expect(refusalOf(() => desiredOfJsonPatch({}, twin))).toBe(
      'ArgumentInvalid: The body must be a JSON Patch: an array of operations',
    )
  })

  test('makes a patch that has the effect of the operations', () => {
    const desired = patch(replace('/part', { $metadata: {}, w: { q: 1 } }), replace('/object', { c: 1 }))
    expect(patchTwin(twin, { desired }, 0).twin.desired.value).toStrictEqual({
      plain: 1,
      object: { c: 1 },
      part: { __t: 'c', w: { q: 1 } },
    })
  })
})
