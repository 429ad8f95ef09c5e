import { describe, expect, test } from 'vitest'
import { checkId, identityKey, identityOf } from '../../../../emulator/src/identity/identity-id.ts'
import { missing } from '../../../../emulator/src/identity/not-registered.ts'
import { refusalOf } from '../../../support/refusal.ts'

test('an identity has a key, which a module shares with no device', () => {
  expect([identityKey({ deviceId: 'd' }), identityKey({ deviceId: 'd', moduleId: 'm' })]).toEqual(['d', 'd/m'])
  expect(identityOf('d', undefined)).toStrictEqual({ deviceId: 'd' })
  expect(identityOf('d', 'm')).toStrictEqual({ deviceId: 'd', moduleId: 'm' })
})

describe('checkId()', () => {
  const rule = "expected 1 to 128 ASCII letters, digits, or - . + % _ # * ? ! ( ) , = @ $ ' :"

  test.each(['a', "Az09-.+%_#*?!(),=@$':", 'x'.repeat(128), '...', '.a', 'a.'])('accepts %j', (id) => {
    expect(checkId('deviceId', id)).toBe(id)
  })

  test.each([
    ['', '""'],
    ['a b', '"a b"'],
    ['a/b', '"a/b"'],
    ['a;b', '"a;b"'],
    ['é', '"é"'],
    ['a"', String.raw`"a\""`],
    ['x'.repeat(129), `"${'x'.repeat(20)}…"`],
    ['/a', '"/a"'],
    ['a/', '"a/"'],
    [1, 'of type number'],
    [undefined, 'missing'],
    [null, 'missing'],
    [['a'], 'of type object'],
  ])('refuses %j', (id, given) => {
    expect(refusalOf(() => checkId('moduleId', id))).toBe(`ArgumentInvalid: moduleId is ${given}; ${rule}`)
  })

  test('does not repeat the key of a connection string that is in the place of an ID', () => {
    const pasted = 'HostName=localhost:10480;DeviceId=device1;SharedAccessKey=c2VjcmV0'
    expect(refusalOf(() => checkId('deviceId', pasted))).not.toContain('c2VjcmV0')
  })

  test.each(['.', '..'])('refuses %j, because clients remove it from every URL', (id) => {
    expect(refusalOf(() => checkId('deviceId', id))).toBe(
      "ArgumentInvalid: deviceId must not be '.' or '..': clients remove such a segment from every URL",
    )
  })
})

test('missing() names the device, or the module and its device', () => {
  expect(missing({ deviceId: 'd' })).toMatchObject({
    code: 'DeviceNotFound',
    message: 'The device d is not registered',
  })
  expect(missing({ deviceId: 'd', moduleId: 'm' })).toMatchObject({
    code: 'ModuleNotFound',
    message: 'The module m is not registered on the device d',
  })
})
