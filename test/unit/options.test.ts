import { describe, expect, test } from 'vitest'
import { checkOptions, type TwinOptions } from '../../core/src/twin/options.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
const check = (options: unknown): unknown => checkOptions(options as TwinOptions, IDENTITY)
const noop = (): void => {}

describe('checkOptions()', () => {
  test('has a default for each option', () => {
    expect(check({})).toStrictEqual({
      requestTimeoutInMs: 30_000,
      connectTimeoutInMs: 20_000,
      keepaliveInSeconds: 180,
      retryDelayInMs: 1000,
      maxRetryDelayInMs: 60_000,
      minUptimeInMs: 30_000,
      renewMarginInSeconds: 900,
      wakeTimeoutInMs: 5000,
      pipelining: true,
      endpoint: 'wss://contoso.azure-devices.net/$iothub/websocket?iothub-no-client-cert=true',
      modelId: undefined,
      wakeSource: undefined,
      reportStorage: undefined,
      observer: undefined,
      signal: undefined,
    })
  })

  test('returns every option that is given', () => {
    const given = {
      requestTimeoutInMs: 1,
      connectTimeoutInMs: 1,
      keepaliveInSeconds: 1177,
      retryDelayInMs: 0,
      maxRetryDelayInMs: 0,
      minUptimeInMs: 0,
      renewMarginInSeconds: 0,
      wakeTimeoutInMs: 1,
      pipelining: false,
      endpoint: 'wss://a.example/mqtt',
      modelId: 'dtmi:a;1',
      wakeSource: () => noop,
      reportStorage: { get: noop, set: noop, remove: noop },
      observer: noop,
      signal: new AbortController().signal,
    }
    expect(check(given)).toStrictEqual(given)
  })

  const known =
    'requestTimeoutInMs, connectTimeoutInMs, keepaliveInSeconds, retryDelayInMs, maxRetryDelayInMs, minUptimeInMs, ' +
    'renewMarginInSeconds, wakeTimeoutInMs, endpoint, modelId, pipelining, wakeSource, observer, reportStorage, ' +
    'signal, and use for openDevice'
  test.each<[unknown, string]>([
    [undefined, 'options is undefined, not an object'],
    [null, 'options is null, not an object'],
    [7, 'options is a number, not an object'],
    [[], 'options is an array, not an object'],
    [{ timeout: 1 }, `options has an unknown "timeout"; known are ${known}`],
    [{ toString: 1 }, `options has an unknown "toString"; known are ${known}`],
    [{ endpoint: 7 }, 'options.endpoint is a number, not a string'],
    [{ endpoint: null }, 'options.endpoint is null, not a string'],
    [{ pipelining: 'yes' }, 'options.pipelining is a string, not a boolean'],
    [{ signal: {} }, 'options.signal is an object, not an AbortSignal'],
    [{ signal: null }, 'options.signal is null, not an AbortSignal'],
    [{ wakeSource: {} }, 'options.wakeSource is an object, not a function'],
    [{ observer: null }, 'options.observer is null, not a function'],
    [{ reportStorage: null }, 'options.reportStorage is null, not an object'],
    [{ reportStorage: {} }, 'options.reportStorage.get is undefined, not a function'],
    [{ reportStorage: { get: noop } }, 'options.reportStorage.set is undefined, not a function'],
    [
      { reportStorage: { get: noop, set: noop, remove: 1 } },
      'options.reportStorage.remove is a number, not a function',
    ],
    [{ minUptimeInMs: '1' }, 'options.minUptimeInMs is a string, not a number'],
  ])('rejects %j', (options, message) => {
    expect(() => check(options)).toThrow(new TypeError(message))
  })

  test.each([
    ['requestTimeoutInMs', 0, 1],
    ['connectTimeoutInMs', 0, 1],
    ['retryDelayInMs', -1, 0],
    ['maxRetryDelayInMs', 0.5, 0],
    ['minUptimeInMs', -1, 0],
    ['renewMarginInSeconds', -1, 0],
    ['wakeTimeoutInMs', 0, 1],
    ['wakeTimeoutInMs', 2 ** 31, 1],
  ])('rejects %s: %s', (name, value, min) => {
    expect(() => check({ [name]: value })).toThrow(
      new RangeError(`options.${name} is ${value}; a whole number from ${min} to 2147483647 is needed`),
    )
  })

  test('rejects a keep-alive beyond that of the hub', () => {
    for (const keepaliveInSeconds of [0, 1178])
      expect(() => check({ keepaliveInSeconds })).toThrow(
        new RangeError(`options.keepaliveInSeconds is ${keepaliveInSeconds}; a whole number from 1 to 1177 is needed`),
      )
  })
})
