import { RateLimiterRes } from 'rate-limiter-flexible'
import { describe, expect, test } from 'vitest'
import { createRateLimits, type RateLimit } from '../../../../service/src/tokens/http/rate-limits.ts'

const LIMITED = {
  code: 'ERR_RATE_LIMITED',
  message: 'Too many requests; wait as long as Retry-After says',
}

/** Counters that record their calls, and reject with `failure` if there is one. */
function recording(failure?: unknown): { limits: RateLimit[]; calls: string[]; create: (limit: RateLimit) => never } {
  const limits: RateLimit[] = []
  const calls: string[] = []
  const create = (limit: RateLimit): never => {
    limits.push(limit)
    const counter = {
      async consume(key: string): Promise<void> {
        calls.push(`${limit.name} ${key}`)
        // oxlint-disable-next-line typescript/only-throw-error -- the library rejects with a count
        if (failure !== undefined) throw failure
      },
      reward: async (key: string): Promise<void> => void calls.push(`reward ${limit.name} ${key}`),
    }
    return counter as never
  }
  return { limits, calls, create }
}

describe('createRateLimits()', () => {
  test('has defaults', () => {
    const { limits, create } = recording()
    createRateLimits(undefined, create)
    expect(limits).toEqual([
      { name: 'address', points: 120, durationInSeconds: 60 },
      { name: 'subject', points: 20, durationInSeconds: 60 },
      { name: 'code', points: 10, durationInSeconds: 3600 },
    ])
  })

  test('counts the networks of addresses, and the subjects of issuers', async () => {
    const { limits, calls, create } = recording()
    const options = { perAddressPerMinute: 1, perSubjectPerMinute: 2, wrongCodesPerHour: 3 }
    const counted = createRateLimits(options, create)
    expect(limits.map(({ points }) => points)).toEqual([1, 2, 3])
    await counted.address('2001:db8::7')
    await counted.subject('a', 'b","c')
    await counted.code('2001:db8::8')
    await counted.rightCode('2001:db8::9')
    expect(calls).toEqual([
      'address 2001:db8:0:0',
      'subject ["a","b\\",\\"c"]',
      'code 2001:db8:0:0',
      'reward code 2001:db8:0:0',
    ])
  })

  test('passes on the failure of a counter', async () => {
    const failure = new Error('The store is away')
    await expect(createRateLimits({}, recording(failure).create).address('::1')).rejects.toBe(failure)
  })

  test.each([
    [1, 1],
    [1001, 2],
    [0, 1],
    [59_000, 59],
  ])('says to wait %i ms as %i s', async (msBeforeNext, retryAfterInSeconds) => {
    const over = new RateLimiterRes(0, msBeforeNext, 4, false)
    const { address } = createRateLimits({ perAddressPerMinute: 3 }, recording(over).create)
    await expect(address('::1')).rejects.toMatchObject({ ...LIMITED, retryAfterInSeconds, isRepeated: false })
  })

  test('in memory, refuses what is over the limit, and logs the first refusal only', async () => {
    const { address, code, rightCode } = createRateLimits({ perAddressPerMinute: 1, wrongCodesPerHour: 1 })
    await address('203.0.113.7')
    await address('203.0.113.8')
    await expect(address('203.0.113.7')).rejects.toMatchObject({ ...LIMITED, isRepeated: false })
    await expect(address('203.0.113.7')).rejects.toMatchObject({ ...LIMITED, isRepeated: true })
    await code('203.0.113.7')
    await rightCode('203.0.113.7')
    await code('203.0.113.7')
    const wait = await code('203.0.113.7').catch((error: { retryAfterInSeconds: number }) => error.retryAfterInSeconds)
    expect(wait).toBeGreaterThan(60)
    expect(wait).toBeLessThanOrEqual(3600)
  })
})
