import { describe, expect, test } from 'vitest'
import { backoffDelay } from '../../core/src/protocol/backoff.ts'
import { renewalTime, timerDelay } from '../../core/src/protocol/renewal.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('backoffDelay()', () => {
  const backoff = { delayInMs: 1000, maxDelayInMs: 60_000 }

  test.each([
    [1, 1000],
    [2, 2000],
    [6, 32_000],
    [7, 60_000],
    [5000, 60_000],
  ])('is anything from nothing to its bound at attempt %i', (attempt, bound) => {
    expect(backoffDelay(attempt, 0, backoff)).toBe(0)
    expect(backoffDelay(attempt, 0.5, backoff)).toBe(bound / 2)
    expect(backoffDelay(attempt, 1, backoff)).toBe(bound)
  })

  test('returns 0 without a delay', () => {
    expect(backoffDelay(2000, 0.9, { delayInMs: 0, maxDelayInMs: 0 })).toBe(0)
  })
})

describe('renewalTime()', () => {
  test.each([
    ['a margin before the expiry', HOUR, 15 * 60, 45 * MINUTE],
    ['half-way where the margin is longer than the life', 10 * MINUTE, 15 * 60, 5 * MINUTE],
    ['as for an hour where the token looks expired: the clock is wrong', -3 * HOUR, 15 * 60, 45 * MINUTE],
    ['as for an hour where the token expires now', 0, 15 * 60, 45 * MINUTE],
    ['at its expiry for a token of a few seconds', 20_000, 15 * 60, 20_000],
    ['at the expiry without a margin', HOUR, 0, HOUR],
  ])('is %s', (_, life, marginInSeconds, after) => {
    const now = 1_700_000_000_000
    expect(renewalTime(now + life, now, marginInSeconds)).toBe(now + after)
  })
})

test('timerDelay() returns at most ten minutes', () => {
  expect(timerDelay(9e15, 0)).toBe(10 * MINUTE)
  expect(timerDelay(5, 10)).toBe(0)
})
