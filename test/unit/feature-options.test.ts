import { describe, expect, test } from 'vitest'
import { checkMessagesOptions } from '../../core/src/messages/options.ts'
import { createHandlers, type MethodHandler } from '../../core/src/methods/handlers.ts'
import { checkMethodsOptions } from '../../core/src/methods/options.ts'
import { encodeResult, isTooLong, parsePayload } from '../../core/src/methods/result.ts'
import { checkTelemetryOptions } from '../../core/src/telemetry/options.ts'

const noop = (): void => {}

describe('The options of telemetry', () => {
  test('have defaults', () => {
    expect(checkTelemetryOptions({})).toStrictEqual({
      maxMessages: 10_000,
      maxBytes: 4_194_304,
      overflow: 'reject-newest',
      window: 256,
      acknowledgeTimeoutInMs: 120_000,
      storage: undefined,
    })
    const given = { maxMessages: 1, maxBytes: 262_144, overflow: 'reject-oldest', acknowledgeTimeoutInMs: 1 } as const
    const storage = { get: noop, set: noop, remove: noop } as never
    expect(checkTelemetryOptions({ ...given, storage })).toStrictEqual({ ...given, storage, window: 256 })
  })

  test.each<[object, string]>([
    [{ overflow: 'reject' }, 'options.overflow is "reject", neither "reject-newest" nor "reject-oldest"'],
    [{ overflow: 5 }, 'options.overflow is a number, neither "reject-newest" nor "reject-oldest"'],
    [{ storage: null }, 'options.storage is null, not an object'],
    [{ storage: { get: noop } }, 'options.storage.set is undefined, not a function'],
    [{ storage: { get: noop, set: noop } }, 'options.storage.remove is undefined, not a function'],
    [{ maxMessages: 0 }, 'options.maxMessages is 0; a whole number from 1 to 2147483647 is needed'],
    [{ maxBytes: 262_143 }, 'options.maxBytes is 262143; a whole number from 262144 to 2147483647 is needed'],
    [
      { acknowledgeTimeoutInMs: 0 },
      'options.acknowledgeTimeoutInMs is 0; a whole number from 1 to 2147483647 is needed',
    ],
  ])('are not %j', (options, message) => {
    expect(() => checkTelemetryOptions(options)).toThrow(message)
  })
})

describe('The options of messages', () => {
  test('have defaults', () => {
    expect(checkMessagesOptions({})).toStrictEqual({ isPersistent: false, delayInMs: 1000, maxDelayInMs: 60_000 })
    expect(checkMessagesOptions({ persistentSession: true, retryDelayInMs: 1, maxRetryDelayInMs: 1 })).toStrictEqual({
      isPersistent: true,
      delayInMs: 1,
      maxDelayInMs: 1,
    })
  })

  test.each<[object, string]>([
    [{ persistentSession: 1 }, 'options.persistentSession is a number, not a boolean'],
    [{ retryDelayInMs: 0 }, 'options.retryDelayInMs is 0; a whole number from 1 to 2147483647 is needed'],
    [{ maxRetryDelayInMs: 0 }, 'options.maxRetryDelayInMs is 0; a whole number from 1 to 2147483647 is needed'],
  ])('are not %j', (options, message) => {
    expect(() => checkMessagesOptions(options)).toThrow(message)
  })
})

describe('The options of methods', () => {
  test('have defaults', () => {
    expect(checkMethodsOptions({})).toStrictEqual({ concurrency: Infinity, responseTimeoutInMs: 30_000 })
    const given = { concurrency: 1, responseTimeoutInMs: 1 }
    expect(checkMethodsOptions(given)).toStrictEqual(given)
  })

  test.each<[object, string]>([
    [{ concurrency: 0 }, 'options.concurrency is 0; a whole number from 1 to 2147483647 is needed'],
    [{ responseTimeoutInMs: 0 }, 'options.responseTimeoutInMs is 0; a whole number from 1 to 2147483647 is needed'],
  ])('are not %j', (options, message) => {
    expect(() => checkMethodsOptions(options)).toThrow(message)
  })
})

describe('The handlers of methods', () => {
  test('are found by name, and the others otherwise', () => {
    const { api, find } = createHandlers(() => true)
    const [own, others] = [(): number => 1, (): number => 2]
    expect(find('a')).toBeUndefined()
    const removeOwn = api.handle('a', own)
    const removeOthers = api.handleOthers(others)
    expect([find('a'), find('b')]).toEqual([own, others])
    removeOwn()
    expect(find('a')).toBe(others)
    api.handle('a', others)
    removeOwn()
    expect(find('a')).toBe(others)
    removeOthers()
    expect(find('b')).toBeUndefined()
  })

  test('reject wrong arguments', () => {
    const { api } = createHandlers(() => true)
    api.handle('a', noop)
    api.handleOthers(noop)
    const name = "cannot be called; it has to match /^[\\w!%&'*.^`|~-]{1,100}$/"
    expect(() => api.handle('', noop)).toThrow(new TypeError(`Method name "" ${name}`))
    expect(() => api.handle('a b', noop)).toThrow(new TypeError(`Method name "a b" ${name}`))
    expect(() => api.handle(['b'] as never, noop)).toThrow(new TypeError(`Method name is an array, which ${name}`))
    expect(() => api.handle('x'.repeat(101), noop)).toThrow(TypeError)
    expect(() => api.handle('b', 7 as unknown as MethodHandler)).toThrow(
      new TypeError('handler is a number, not a function'),
    )
    expect(() => api.handle('a', noop)).toThrow(new TypeError('a already has a handler; remove it first'))
    expect(() => api.handleOthers(noop)).toThrow(new TypeError('handleOthers already has a handler; remove it first'))
    expect(() => api.handle("thermostat1*a-b_c!%&'.^`|~", noop)).not.toThrow()
  })
})

describe('The result of a handler', () => {
  test.each<[unknown, number, string]>([
    [undefined, 200, ''],
    [null, 200, 'null'],
    [7, 200, '7'],
    [{ a: 1 }, 200, '{"a":1}'],
    [{ status: 202 }, 202, ''],
    [{ status: 0, payload: null }, 0, 'null'],
    [{ status: 0x7fffffff, payload: 1 }, 0x7fffffff, '1'],
    [{ status: 200, other: 1 }, 200, '{"status":200,"other":1}'],
    [{ payload: 1 }, 200, '{"payload":1}'],
  ])('%j becomes the status %i', (result, status, body) => {
    expect(encodeResult(result)).toEqual({ status, body })
  })

  test('has limits', () => {
    for (const status of [-1, 1.5, 0x80000000])
      expect(() => encodeResult({ status })).toThrow(
        new RangeError(`status of the response is ${status}; a whole number from 0 to 2147483647 is needed`),
      )
    expect(() => encodeResult('x'.repeat(131_071))).toThrow(
      new RangeError('payload has more than 131072 bytes of JSON'),
    )
    expect(() => encodeResult(1n)).toThrow('payload is a bigint; JSON cannot carry it')
    expect([isTooLong('x'.repeat(131_072)), isTooLong('x'.repeat(131_073)), isTooLong('€'.repeat(43_691))]).toEqual([
      false,
      true,
      true,
    ])
    expect([parsePayload(''), parsePayload('[1]')]).toEqual([undefined, [1]])
  })
})
