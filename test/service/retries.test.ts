import { describe, expect, it } from 'vitest'
import { createCaller, type RetryOptions } from '../../service/src/hub/retries.ts'

/** An error of azure-iothub for a status. */
function refusal(status: number, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error('no'), { response: { statusCode: status, headers } })
}

/** Calls a hub that refuses with these errors at first. */
function call(refusals: readonly Error[], options: RetryOptions = {}): { result: Promise<string>; waits: number[] } {
  const left = [...refusals]
  const waits: number[] = []
  const caller = createCaller('hub', 1000, { waitInMs: 1, onWait: ({ inMs }) => waits.push(inMs), ...options })
  const result = caller(() => {
    const error = left.shift()
    return error === undefined ? Promise.resolve('done') : Promise.reject(error)
  })
  return { result, waits }
}

describe('a request with retries', () => {
  it('repeats 429 and 503 until the hub accepts it', async () => {
    const { result, waits } = call([refusal(429), refusal(503)])
    await expect(result).resolves.toBe('done')
    expect(waits).toHaveLength(2)
  })

  it('waits at least as long as the hub asks for', async () => {
    const { result, waits } = call([refusal(429, { 'retry-after': '1' })])
    await expect(result).resolves.toBe('done')
    expect(waits).toEqual([1000])
  })

  it('fails at its deadline with the error of the hub, without a wait that would exceed it', async () => {
    const { result, waits } = call([refusal(429, { 'retry-after': '60' })], { deadlineInMs: 5000 })
    await expect(result).rejects.toMatchObject({ code: 'ERR_THROTTLED', status: 429, retryAfterInMs: 60_000 })
    expect(waits).toEqual([])
  })

  it('ends its wait when the signal aborts', async () => {
    const stop = new AbortController()
    const { result } = call([refusal(503, { 'retry-after': '60' }), refusal(503)], {
      signal: stop.signal,
      onWait: () => stop.abort(),
    })
    await expect(result).rejects.toMatchObject({ code: 'ERR_HUB', status: 503 })
  })

  it.each([400, 401, 404, 409, 412, 500, 504])('does not repeat %i', async (status) => {
    const { result, waits } = call([refusal(status, { 'iothub-errorcode': 'SomeName' })])
    await expect(result).rejects.toMatchObject({ status, hubCode: 'SomeName' })
    expect(waits).toEqual([])
  })
})
