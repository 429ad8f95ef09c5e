import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from './network-address.ts'
import { Problem } from '../base/problem.ts'

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

export function createRateLimits(options: RateLimitOptions = {}): RateLimits {
  const { perAddressPerMinute = 120, perSubjectPerMinute = 20, wrongCodesPerHour = 10 } = options
  const addresses = new RateLimiterMemory({ points: perAddressPerMinute, duration: 60 })
  const subjects = new RateLimiterMemory({ points: perSubjectPerMinute, duration: 60 })
  const wrongCodes = new RateLimiterMemory({ points: wrongCodesPerHour, duration: 3600 })

  return {
    address: (address) => consume(addresses, networkOf(address)),
    subject: (issuer, subject) => consume(subjects, JSON.stringify([issuer, subject])),
    code: (address) => consume(wrongCodes, networkOf(address)),
    async rightCode(address) {
      await wrongCodes.reward(networkOf(address))
    },
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (error) {
    throw error instanceof RateLimiterRes ? tooMany(error, limiter.points) : error
  }
}

function tooMany({ msBeforeNext, consumedPoints }: RateLimiterRes, points: number): Problem {
  return new Problem('ERR_RATE_LIMITED', 'Too many requests; wait as long as Retry-After says', {
    retryAfterInSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    isRepeated: consumedPoints > points + 1,
  })
}
