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
  const rule = "must be 1 to 128 ASCII letters, digits, or - . + % _ # * ? ! ( ) , = @ $ ' :"

  test.each(['a', "Az09-.+%_#*?!(),=@$':", 'x'.repeat(128), '...', '.a', 'a.'])('accepts %j', (id) => {
    expect(checkId('deviceId', id)).toBe(id)
  })

  test.each(['', 'a b', 'a/b', 'a;b', 'é', 'a"', 'x'.repeat(129), '/a', 'a/', 1, undefined, null, [['a']]])(
    'refuses %j',
    (id) => {
      expect(refusalOf(() => checkId('moduleId', id))).toBe(`ArgumentInvalid: moduleId ${rule}`)
    },
  )

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
