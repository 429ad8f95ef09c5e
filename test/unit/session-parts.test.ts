import { describe, expect, test, vi } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { systemClock } from '../../core/src/session/clock.ts'
import { createListStorage, type ListStorage } from '../../core/src/session/list-storage.ts'
import { createRequests, failRequests, openRequest, settleRequest } from '../../core/src/session/requests.ts'
import type { TwinStorage } from '../../core/src/session/storage.ts'
import { createTokenRequest, requestToken, takePassword } from '../../core/src/session/token-request.ts'
import { createFakeClock, type FakeClock } from '../session/fake-clock.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1', moduleId: 'm' }

test('the system clock has the time, random numbers, and timers that can be canceled', () => {
  vi.useFakeTimers({ now: 1000 })
  try {
    expect(systemClock.now()).toBe(1000)
    const call = vi.fn()
    const cancel = systemClock.after(10, vi.fn(call))
    systemClock.after(10, call)
    cancel()
    vi.advanceTimersByTime(9)
    expect(call).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(call).toHaveBeenCalledTimes(1)
  } finally {
    vi.useRealTimers()
  }
  const numbers = Array.from({ length: 10 }, () => systemClock.random())
  expect(new Set(numbers).size).toBe(10)
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
})

describe('a list in a storage', () => {
  const KEY = 'hubtwin/contoso.azure-devices.net/device1/m/list'
  const errors: unknown[] = []

  function listIn(storage: Partial<TwinStorage>): { list: ListStorage<number>; clock: FakeClock } {
    errors.length = 0
    const clock = createFakeClock()
    const list = createListStorage<number>({
      storage: storage as TwinStorage,
      identity: IDENTITY,
      name: 'list',
      clock,
      timeoutInMs: 500,
      onError: (error) => errors.push(error),
      read: (value, index) => Number(value) + index,
    })
    return { list, clock }
  }

  test('is saved and loaded under the key of the IDENTITY, and removed when it is empty', async () => {
    const texts = new Map<string, string>()
    const { list, clock } = listIn({
      get: (key) => texts.get(key),
      set: (key, text) => void texts.set(key, text),
      remove: (key) => void texts.delete(key),
    })
    expect(await list.load()).toEqual([])
    await list.save([5, 6])
    expect([...texts]).toEqual([[KEY, '[5,6]']])
    expect(await list.load()).toEqual([5, 7])
    await list.save([])
    expect([errors, texts.size, clock.pending]).toEqual([[], 0, 0])
  })

  test.each([
    ['{}', 'SyntaxError: Storage has text that is not a list of list'],
    ['{"map":1}', 'SyntaxError: Storage has text that is not a list of list'],
    ['"text"', 'SyntaxError: Storage has text that is not a list of list'],
  ])('is empty when the storage has %s', async (text, message) => {
    const { list } = listIn({ get: () => text })
    expect(await list.load()).toEqual([])
    expect(errors.map(String)).toEqual([message])
  })

  test('does not wait for a storage without end', async () => {
    const { list, clock } = listIn({ get: () => new Promise(() => {}), set: () => new Promise(() => {}) })
    const done = Promise.all([list.load(), list.save([1])])
    await clock.advance(500)
    expect(await done).toEqual([[], undefined])
    expect(errors.map(String)).toEqual(Array(2).fill('Error: Storage did not answer within 500 ms'))
  })
})

describe('requests', () => {
  test('each have an outcome, and the last makes the connection idle', async () => {
    const clock = createFakeClock()
    const onIdle = vi.fn()
    const requests = createRequests(clock, onIdle)
    const outcomes: unknown[] = []
    const open = (timeoutInMs?: number): string =>
      openRequest(requests, (outcome) => outcomes.push(outcome), timeoutInMs)
    expect([open(1000), open(), open(2000)]).toEqual(['1', '2', '3'])
    expect(clock.pending).toBe(2)
    await clock.advance(1000)
    const error = new TwinError('ERR_TIMEOUT', 'Hub did not answer within 1000 ms')
    expect(outcomes.splice(0)).toEqual([{ type: 'failed', error }])
    settleRequest(requests, '1', { type: 'response', status: 200, body: '' })
    expect([outcomes.length, onIdle.mock.calls.length]).toEqual([0, 0])
    settleRequest(requests, '3', { type: 'response', status: 204, body: '' })
    expect([outcomes.splice(0), onIdle.mock.calls.length, clock.pending]).toEqual([
      [{ type: 'response', status: 204, body: '' }],
      0,
      0,
    ])
    failRequests(requests, error)
    expect([outcomes, onIdle.mock.calls.length]).toEqual([[{ type: 'failed', error }], 1])
  })
})

describe('a request for a token', () => {
  test('keeps the newest password until its use', async () => {
    const inputs: unknown[] = []
    const token = async (): Promise<{ password: string; expiresAt: number }> => ({ password: 'p', expiresAt: 7 })
    const request = createTokenRequest({ identity: IDENTITY, token }, (input) => inputs.push(input))
    expect(takePassword(request)).toBe('')
    await requestToken(request)
    expect(inputs).toEqual([{ type: 'token', expiresAt: 7 }])
    expect([takePassword(request), takePassword(request)]).toEqual(['p', ''])
  })

  test('ignores the outcome of an earlier request', async () => {
    const inputs: unknown[] = []
    const resolves: ((password: string) => void)[] = []
    const token = (): Promise<{ password: string; expiresAt: number }> =>
      new Promise((resolve) => resolves.push((password) => resolve({ password, expiresAt: 7 })))
    const request = createTokenRequest({ identity: IDENTITY, token }, (input) => inputs.push(input))
    const [first, second] = [requestToken(request), requestToken(request)]
    resolves[1]?.('new')
    await second
    resolves[0]?.('old')
    await first
    expect([takePassword(request), inputs.length]).toEqual(['new', 1])
  })

  test.each<[unknown, string]>([
    [undefined, 'a password that is a string'],
    [{ password: '', expiresAt: 7 }, 'a password that is a string'],
    [{ password: 7, expiresAt: 7 }, 'a password that is a string'],
    [{ password: 'p' }, 'a time in milliseconds since 1970'],
    [{ password: 'p', expiresAt: Number.NaN }, 'a time in milliseconds since 1970'],
  ])('says what %j lacks', async (given, missing) => {
    const inputs: unknown[] = []
    await requestToken(
      createTokenRequest({ identity: IDENTITY, token: async () => given as never }, (input) => inputs.push(input)),
    )
    const error = new TwinError('ERR_TOKEN', `Token source returned no { password, expiresAt } with ${missing}`)
    expect(inputs).toEqual([{ type: 'tokenFailed', error }])
  })
})
