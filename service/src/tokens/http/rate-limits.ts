import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from './network-address.ts'
import { Problem } from '../base/problem.ts'

export interface RateLimitOptions {
  /** Requests of one address, an IPv6 network of 64 bits counting as one. @default 120 */
  readonly perAddressPerMinute?: number | undefined
  /** Tokens and renewals of one subject. @default 20 */
  readonly perSubjectPerMinute?: number | undefined
  /** Wrong one-time codes from one address; text without the form of a code does not count. @default 10 */
  readonly wrongCodesPerHour?: number | undefined
}

/** Each rejects with a Problem ERR_RATE_LIMITED. */
export interface RateLimits {
  address(address: string): Promise<void>
  subject(issuer: string, subject: string): Promise<void>
  /** Before a code is looked at, so that a thousand guesses at the same time count as a thousand. */
  code(address: string): Promise<void>
  /** The code was none of the wrong ones. */
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
