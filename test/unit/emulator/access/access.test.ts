import { describe, expect, test } from 'vitest'
import { bearerProblem } from '../../../../emulator/src/access/bearer.ts'
import { POLICY_RIGHTS } from '../../../../emulator/src/access/policies.ts'

test('the policies have the rights of a new IoT Hub', () => {
  expect(POLICY_RIGHTS).toStrictEqual({
    iothubowner: ['RegistryRead', 'RegistryWrite', 'ServiceConnect', 'DeviceConnect'],
    service: ['ServiceConnect'],
    device: ['DeviceConnect'],
    registryRead: ['RegistryRead'],
    registryReadWrite: ['RegistryRead', 'RegistryWrite'],
  })
})

describe('bearerProblem()', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const good = `${part({ alg: 'none' })}.${part({ name: '¿ÿ' })}.a-_Z9`

  test('accepts a JSON Web Token from this machine', () => {
    expect(bearerProblem(good, '127.0.0.1')).toBeUndefined()
    expect(part({ name: '¿ÿ' })).toMatch(/[-_]/)
  })

  test('refuses any token from another machine', () => {
    expect(bearerProblem(good, '192.0.2.1')).toBe(
      'the hub accepts Bearer tokens only from its own machine; use a shared access signature',
    )
  })

  test.each([
    ['', 'nothing'],
    [`${part({})}.${part({})}`, 'no signature'],
    [`${part({})}.${part({})}.`, 'an empty signature'],
    [`${part({})}.${part({})}.a.b`, 'four parts'],
    [`${part({})}.${part({})}.a=`, 'padding at the end'],
    [`${part({})}.${part({})}.=a`, 'padding at the start'],
    [`${part([])}.${part({})}.a`, 'a header that is an array'],
    [`${part({})}.${part(1)}.a`, 'claims that are a number'],
    [`x.${part({})}.a`, 'a header that is not JSON'],
    [`${part({})}.x.a`, 'claims that are not JSON'],
    [`${part({})}!.${part({})}.a`, 'a header with another sign'],
  ])('refuses %s (%s)', (token) => {
    expect(bearerProblem(token, '::1')).toBe('the Bearer token is not a JSON Web Token')
  })
})
