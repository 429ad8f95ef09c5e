import { describe, expect, test } from 'vitest'
import { methodResult, parseMethodCall } from '../../../../emulator/src/methods/method.ts'
import { refusalOf } from '../../../support/refusal.ts'

const CALL = { methodName: 'reboot', payload: '', responseTimeoutInSeconds: 30, connectTimeoutInSeconds: 0 }

describe('parseMethodCall()', () => {
  test.each([
    [{}, {}],
    [{ payload: null }, { payload: 'null' }],
    [{ payload: { a: [1] } }, { payload: '{"a":[1]}' }],
    [{ payload: '' }, { payload: '""' }],
    [{ responseTimeoutInSeconds: null, connectTimeoutInSeconds: null }, {}],
    [{ responseTimeoutInSeconds: 5, connectTimeoutInSeconds: 0 }, { responseTimeoutInSeconds: 5 }],
    [
      { responseTimeoutInSeconds: 300, connectTimeoutInSeconds: 300 },
      { responseTimeoutInSeconds: 300, connectTimeoutInSeconds: 300 },
    ],
    [{ methodName: "Az09!%&'*-.^_`|~" }, { methodName: "Az09!%&'*-.^_`|~" }],
    [{ methodName: 'x'.repeat(100) }, { methodName: 'x'.repeat(100) }],
  ])('reads %j', (body, expected) => {
    expect(parseMethodCall({ methodName: 'reboot', ...body })).toStrictEqual({ ...CALL, ...expected })
  })

  const badName = "methodName must have 1 to 100 letters, digits, or characters of !%&'*-.^_`|~"
  const badResponse = 'responseTimeoutInSeconds must be a whole number from 5 to 300'
  const badConnect = 'connectTimeoutInSeconds must be a whole number from 0 to 300'

  test.each([
    [{ methodName: 1 }, badName],
    [{ methodName: ['a'] }, badName],
    [{ methodName: '' }, badName],
    [{ methodName: 'a b' }, badName],
    [{ methodName: 'a/b' }, badName],
    [{ methodName: '/a' }, badName],
    [{ methodName: 'a+' }, badName],
    [{ methodName: 'x'.repeat(101) }, badName],
    [{ responseTimeoutInSeconds: 4 }, badResponse],
    [{ responseTimeoutInSeconds: 301 }, badResponse],
    [{ responseTimeoutInSeconds: 5.5 }, badResponse],
    [{ responseTimeoutInSeconds: '30' }, badResponse],
    [{ connectTimeoutInSeconds: -1 }, badConnect],
    [{ connectTimeoutInSeconds: 301 }, badConnect],
  ])('refuses %j', (body, message) => {
    expect(refusalOf(() => parseMethodCall({ methodName: 'reboot', ...body }))).toBe(`ArgumentInvalid: ${message}`)
  })

  test('refuses a body that is no object', () => {
    expect(refusalOf(() => parseMethodCall([]))).toBe('ArgumentInvalid: The body must be a JSON object')
  })

  test('limits the payload to 128 KB of JSON', () => {
    const refusal = (bytes: number): string | undefined =>
      refusalOf(() => parseMethodCall({ methodName: 'a', payload: 'x'.repeat(bytes - 2) }))
    expect(refusal(131_072)).toBeUndefined()
    expect(refusal(131_073)).toBe('RequestEntityTooLarge: The payload must not exceed 131072 bytes')
  })
})

describe('methodResult()', () => {
  const answered = (payload: string): { status: number; payload: unknown } =>
    methodResult({ type: 'answered', status: 200, payload: Buffer.from(payload) })

  test('has the status and the JSON of the response, or null without a payload', () => {
    expect(answered('{"a":1}')).toStrictEqual({ status: 200, payload: { a: 1 } })
    expect(answered('')).toStrictEqual({ status: 200, payload: null })
  })

  test('limits the response to 128 KB', () => {
    const text = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`
    expect(refusalOf(() => answered(text(131_072)))).toBeUndefined()
    expect(refusalOf(() => answered(text(131_073)))).toBe(
      'BadDeviceResponse: The response of the device exceeds 131072 bytes',
    )
  })

  test('explains a response that is not JSON', () => {
    expect(refusalOf(() => answered('{'))).toBe(
      'BadDeviceResponse: The response of the device is not valid. The body must be JSON in UTF-8',
    )
  })

  test.each([
    ['offline', 'DeviceNotOnline: Timed out waiting for device to connect.'],
    ['silent', 'GatewayTimeout: Timed out waiting for the response from device.'],
    ['closed', 'ServiceUnavailable: The hub is closing'],
  ] as const)('refuses the outcome %s', (type, refusal) => {
    expect(refusalOf(() => methodResult({ type }))).toBe(refusal)
  })
})
