import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Rate, spend } from '../../../../emulator/src/throttling/rate.ts'

const start = 1_800_000_000_000

describe('spend()', () => {
  /** What becomes of requests at these times: how long each waits, or `no`. */
  function outcomes(rate: Rate, longestWaitInMs: number, times: readonly number[], cost = 1): (number | 'no')[] {
    let paidUntil = 0
    return times.map((time) => {
      const spending = spend(paidUntil, rate, { cost, now: start + time, longestWaitInMs })
      if (spending.type === 'throttled') return 'no'
      ;({ paidUntil } = spending)
      return spending.waitInMs
    })
  }

  test('takes the amount of the time at once, queues what comes after, and then refuses', () => {
    expect(outcomes({ amount: 2, inSeconds: 1 }, 1000, [0, 0, 0, 0, 0])).toEqual([0, 0, 500, 1000, 'no'])
  })

  test('takes as much again as time has passed', () => {
    expect(outcomes({ amount: 2, inSeconds: 1 }, 0, [0, 0, 0, 499, 500, 500, 5000, 5000, 5000])).toEqual([
      0,
      0,
      'no',
      'no',
      0,
      'no',
      0,
      0,
      'no',
    ])
  })

  test('counts what costs more for more', () => {
    expect(outcomes({ amount: 160, inSeconds: 1 }, 0, [0, 0, 0], 80)).toEqual([0, 0, 'no'])
  })

  test('forgets a debt from a time that the clock has left', () => {
    const rate = { amount: 1, inSeconds: 60 }
    const before = spend(0, rate, { cost: 1, now: start, longestWaitInMs: 0 })
    expect(before.type).toBe('admitted')
    const paidUntil = before.type === 'admitted' ? before.paidUntil : 0
    const options = { cost: 1, longestWaitInMs: 0 }
    expect(spend(paidUntil, rate, { ...options, now: start }).type).toBe('throttled')
    expect(spend(paidUntil, rate, { ...options, now: start - 3600_000 }).type).toBe('admitted')
  })

  test('never lets more pass in any span than the rate has for it, and its own amount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
        (amount, gaps) => {
          let now = 0
          const times = gaps.map((gap) => (now += gap))
          const passed = outcomes({ amount, inSeconds: 1 }, 2000, times)
            .map((wait, at) => (wait === 'no' ? undefined : (times[at] ?? 0) + wait))
            .filter((time) => time !== undefined)
          for (const [first, from] of passed.entries()) {
            for (const [last, to] of passed.entries()) {
              if (last < first) continue
              expect(last - first + 1).toBeLessThanOrEqual(amount + ((to - from) / 1000) * amount + 1.001)
            }
          }
        },
      ),
    )
  })
})
