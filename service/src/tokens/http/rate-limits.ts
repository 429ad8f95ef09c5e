import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../base/problem.ts'
import { networkOf } from './network-address.ts'

export interface RateLimitOptions {
  /** Requests per address; a /64 IPv6 network counts as a single address. @default 120 */
  readonly perAddressPerMinute?: number | undefined
  /** Tokens and renewals per subject. @default 20 */
  readonly perSubjectPerMinute?: number | undefined
  /**
   * Wrong one-time codes per address. Text that is not shaped like a code does not count.
   *
   * @default 10
   */
  readonly wrongCodesPerHour?: number | undefined
}

/** A limit: a number of points per key in a number of seconds. */
export interface RateLimit {
  readonly name: 'address' | 'subject' | 'code'
  readonly points: number
  readonly durationInSeconds: number
}

/** A counter of rate-limiter-flexible, in memory or in a store that several processes share. */
export interface RateCounter {
  /** Rejects with a RateLimiterRes over the limit, and with anything else if it cannot count. */
  consume(key: string): Promise<unknown>
  /** Takes back a point. */
  reward(key: string): Promise<unknown>
}

/** Creates the counter of a limit. */
export type CounterFactory = (limit: RateLimit) => RateCounter

/** Counts requests. Each method rejects with a Problem ERR_RATE_LIMITED over its limit. */
export interface RateLimits {
  address(address: string): Promise<void>
  subject(issuer: string, subject: string): Promise<void>
  /**
   * Counts a guess before its code is checked, so that a thousand parallel guesses count as a
   * thousand.
   */
  code(address: string): Promise<void>
  /** Takes back the last guess of the address: the code was right. */
  rightCode(address: string): Promise<void>
}

/** @param createCounter by default, each process counts in its own memory */
export function createRateLimits(
  options: RateLimitOptions = {},
  createCounter: CounterFactory = memoryCounter,
): RateLimits {
  const { perAddressPerMinute = 120, perSubjectPerMinute = 20, wrongCodesPerHour = 10 } = options
  const limits = {
    address: { name: 'address', points: perAddressPerMinute, durationInSeconds: 60 },
    subject: { name: 'subject', points: perSubjectPerMinute, durationInSeconds: 60 },
    code: { name: 'code', points: wrongCodesPerHour, durationInSeconds: 3600 },
  } as const
  const addresses = createCounter(limits.address)
  const subjects = createCounter(limits.subject)
  const wrongCodes = createCounter(limits.code)

  return {
    address: (address) => consume(addresses, limits.address, networkOf(address)),
    subject: (issuer, subject) => consume(subjects, limits.subject, JSON.stringify([issuer, subject])),
    code: (address) => consume(wrongCodes, limits.code, networkOf(address)),
    async rightCode(address) {
      await wrongCodes.reward(networkOf(address))
    },
  }
}

function memoryCounter({ points, durationInSeconds }: RateLimit): RateCounter {
  return new RateLimiterMemory({ points, duration: durationInSeconds })
}

async function consume(counter: RateCounter, { points }: RateLimit, key: string): Promise<void> {
  try {
    await counter.consume(key)
  } catch (error) {
    throw error instanceof RateLimiterRes ? tooMany(error, points) : error
  }
}

function tooMany({ msBeforeNext, consumedPoints }: RateLimiterRes, points: number): Problem {
  return new Problem('ERR_RATE_LIMITED', 'Too many requests; wait as long as Retry-After says', {
    retryAfterInSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    isRepeated: consumedPoints > points + 1,
  })
}
