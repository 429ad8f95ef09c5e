import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Rate, spend } from '../../../../emulator/src/throttling/rate.ts'

const START = 1_800_000_000_000

describe('spend()', () => {
  /** The results of requests at these times: the wait of each, or `no`. */
  function outcomes(rate: Rate, longestWaitInMs: number, times: readonly number[], cost = 1): (number | 'no')[] {
    let paidUntil = 0
    return times.map((time) => {
      const spending = spend(paidUntil, rate, { cost, now: START + time, longestWaitInMs })
      if (spending.type === 'throttled') return 'no'
      ;({ paidUntil } = spending)
      return spending.waitInMs
    })
  }

  test('accepts the full rate at once, queues later requests, and then refuses', () => {
    expect(outcomes({ amount: 2, inSeconds: 1 }, 1000, [0, 0, 0, 0, 0])).toEqual([0, 0, 500, 1000, 'no'])
  })

  test('recovers in proportion to the elapsed time', () => {
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

  test('counts a more expensive request more', () => {
    expect(outcomes({ amount: 160, inSeconds: 1 }, 0, [0, 0, 0], 80)).toEqual([0, 0, 'no'])
  })

  test('forgets a debt after the clock is set back', () => {
    const rate = { amount: 1, inSeconds: 60 }
    const before = spend(0, rate, { cost: 1, now: START, longestWaitInMs: 0 })
    expect(before.type).toBe('admitted')
    const paidUntil = before.type === 'admitted' ? before.paidUntil : 0
    const options = { cost: 1, longestWaitInMs: 0 }
    expect(spend(paidUntil, rate, { ...options, now: START }).type).toBe('throttled')
    expect(spend(paidUntil, rate, { ...options, now: START - 3600_000 }).type).toBe('admitted')
  })

  test('never accepts more in any time span than the rate allows, plus the initial amount', () => {
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
