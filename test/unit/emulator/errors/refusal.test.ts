import * as v from 'valibot'
import { describe, expect, test, vi } from 'vitest'
import { methodErrorBody, mqttErrorBody, restErrorBody } from '../../../../emulator/src/errors/error-body.ts'
import { explain } from '../../../../emulator/src/errors/explain-issue.ts'
import { Refusal, type RefusalName, refusalFor, refusalForStatus } from '../../../../emulator/src/errors/refusal.ts'

/** The numbers of docs/protocol/protocol.md §4.4 and §6.3. A status is the start of its number. */
const NUMBERS: Readonly<Record<RefusalName, number>> = {
  ArgumentInvalid: 400004,
  InvalidProtocolVersion: 400001,
  InvalidOperation: 400003,
  IotHubFormatError: 400006,
  DeviceDefinedMultipleTimes: 400011,
  InvalidConfigurationTargetCondition: 400000,
  InvalidConfigurationContent: 400000,
  InvalidConfigurationCustomMetricsQuery: 400000,
  CannotModifyImmutableConfigurationContent: 400000,
  IotHubUnauthorizedAccess: 401002,
  IotHubQuotaExceeded: 403002,
  JobQuotaExceeded: 403003,
  DeviceMaximumQueueDepthExceeded: 403004,
  DeviceNotFound: 404001,
  JobNotFound: 404002,
  ModuleNotFound: 404010,
  DeviceNotOnline: 404103,
  ResourceNotFound: 404000,
  ConfigurationNotFound: 404000,
  DeviceAlreadyExists: 409001,
  JobAlreadyExists: 409007,
  ModuleAlreadyExistsOnDevice: 409301,
  ConfigurationAlreadyExists: 409000,
  PreconditionFailed: 412001,
  RequestEntityTooLarge: 413001,
  ConfigurationCountLimitExceeded: 413000,
  ThrottlingException: 429001,
  ServerError: 500001,
  NotImplemented: 501001,
  BadDeviceResponse: 502001,
  ServiceUnavailable: 503001,
  GatewayTimeout: 504101,
}

test.each(Object.entries(NUMBERS) as [RefusalName, number][])('the refusal %s has the number %d', (code, number) => {
  const cause = new Error('why')
  const refusal = new Refusal(code, 'text', { cause })
  expect([refusal.name, refusal.message, refusal.cause]).toEqual(['Refusal', 'text', cause])
  expect([refusal.code, refusal.number, refusal.status]).toEqual([code, number, Math.floor(number / 1000)])
})

describe('refusalForStatus()', () => {
  test.each([
    [400, 'ArgumentInvalid', 'The request is not valid'],
    [401, 'IotHubUnauthorizedAccess', 'Unauthorized'],
    [403, 'IotHubQuotaExceeded', 'A quota of the hub is used up'],
    [404, 'DeviceNotFound', 'The device is not registered'],
    [409, 'DeviceAlreadyExists', 'A device with this ID is already registered'],
    [412, 'PreconditionFailed', 'The precondition of the request does not hold'],
    [413, 'RequestEntityTooLarge', 'The request is too large'],
    [429, 'ThrottlingException', 'The hub is throttling this client'],
    [500, 'ServerError', 'The hub failed'],
    [501, 'NotImplemented', 'The hub does not implement this'],
    [502, 'BadDeviceResponse', 'The response of the device is not valid'],
    [503, 'ServiceUnavailable', 'The hub is not available'],
    [504, 'GatewayTimeout', 'The device did not respond in time'],
    [418, 'ServerError', 'Answered with status 418'],
  ])('of %d is %s', (status, code, message) => {
    expect(refusalForStatus(status)).toMatchObject({ code, message })
  })
})

describe('refusalFor()', () => {
  test('returns a refusal, and reports its cause', () => {
    const onError = vi.fn()
    const plain = new Refusal('DeviceNotFound', 'text')
    expect(refusalFor(plain, onError)).toBe(plain)
    expect(onError).not.toHaveBeenCalled()
    const cause = new Error('disk full')
    const caused = new Refusal('ServiceUnavailable', 'text', { cause })
    expect(refusalFor(caused, onError)).toBe(caused)
    expect(onError.mock.calls).toEqual([[cause]])
  })

  test('hides any other error from the client, and reports it', () => {
    const onError = vi.fn()
    const error = new TypeError('a bug')
    expect(refusalFor(error, onError)).toMatchObject({ code: 'ServerError', message: 'The hub failed' })
    expect(onError.mock.calls).toEqual([[error]])
  })
})

describe('the body of an error', () => {
  const refusal = new Refusal('ArgumentInvalid', 'a; b; c')
  const occurrence = { trackingId: 'T', at: Date.UTC(2026, 10, 28, 3, 4, 5, 678) }
  const mqtt = {
    errorCode: 400004,
    trackingId: 'T',
    message: 'a; b; c',
    timestampUtc: '2026-11-28T03:04:05.678Z',
  }

  test('over MQTT has the message as it is', () => {
    expect(mqttErrorBody(refusal, occurrence)).toStrictEqual(mqtt)
  })

  test('over HTTPS has the code in the message, and no semicolon in the Message for azure-iothub', () => {
    expect(restErrorBody(refusal, occurrence)).toStrictEqual({
      Message: 'ErrorCode:ArgumentInvalid;a, b, c',
      ExceptionMessage: 'Tracking ID:T-TimeStamp:11/28/2026 03:04:05',
      ...mqtt,
      message: 'ErrorCode:ArgumentInvalid;a; b; c',
    })
  })

  test('over HTTPS escapes the semicolon of an ID, since a comma would name another ID', () => {
    const unknown = new Refusal('DeviceNotFound', 'The device a;b is not registered; register it')
    expect(restErrorBody(unknown, occurrence)).toMatchObject({
      Message: 'ErrorCode:DeviceNotFound;The device a%3Bb is not registered, register it',
      message: 'ErrorCode:DeviceNotFound;The device a;b is not registered; register it',
    })
  })

  test('of a direct method is JSON within JSON, with the connect timeout', () => {
    const { Message, ...rest } = methodErrorBody(refusal, occurrence, 75) as { Message: string }
    expect(JSON.parse(Message)).toStrictEqual({ ...mqtt, info: { timeout: '00:01:15' } })
    expect(rest).toStrictEqual({ ExceptionMessage: '' })
  })
})

describe('explain()', () => {
  const schema = v.strictObject({
    a: v.strictObject({ b: v.number() }),
    c: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    d: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
    e: v.optional(v.pipe(v.array(v.picklist([0, 1])), v.maxLength(1))),
    f: v.optional(v.picklist(['x', 'y', 'z'])),
  })
  const explained = (value: unknown): string | undefined => {
    const { issues } = v.safeParse(schema, value)
    return issues && explain(issues)
  }

  test.each([
    [{ a: { b: 'x' } }, 'a.b: expected a number but received "x"'],
    [{ a: {} }, 'a.b: is missing'],
    [{ a: { b: 1, x: 2 } }, 'a.x: is not known here'],
    [1, 'The value: expected an object but received 1'],
    [{ a: { b: 1 }, c: 0 }, 'c: expected at least 1 but received 0'],
    [{ a: { b: 1 }, c: 1.5 }, 'c: expected a whole number but received 1.5'],
    [{ a: { b: 1 }, d: 0 }, 'd: expected more than 0 but received 0'],
    [{ a: { b: 1 }, d: 2 }, 'd: expected at most 1 but received 2'],
    [{ a: { b: 1 }, e: [0, 1] }, 'e: expected a length of at most 1 but received 2'],
    [{ a: { b: 1 }, e: [2] }, 'e.0: expected 0 or 1 but received 2'],
    [{ a: { b: 1 }, f: ['x'] }, 'f: expected x, y, or z but received an array'],
    [{ a: { b: undefined } }, 'a.b: expected a number but received undefined'],
    [{ a: { b: 1 } }, undefined],
  ])('says about %j: %s', (value, message) => {
    expect(explained(value)).toBe(message)
  })

  test.each(['An Invalid value: Even so', 'An Invalid value: Received 1'])('keeps the message %s', (message) => {
    const { issues } = v.safeParse(
      v.pipe(
        v.string(),
        v.check(() => false, message),
      ),
      'x',
    )
    expect(issues && explain(issues)).toBe(`The value: ${message}`)
  })
})
