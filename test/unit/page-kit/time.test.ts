import { describe, expect, it } from 'vitest'
import { age, duration, roundTrip } from '../../../page-kit/src/time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('times', () => {
  it.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [MINUTE, '1 min'],
    [3 * HOUR + 20 * MINUTE, '3 h 20 min'],
    [48 * HOUR, '2 d'],
  ])('duration(%i) is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it.each([
    [1999, 'now'],
    [2000, '2 s ago'],
    [5 * MINUTE, '5 min ago'],
  ])('age(%i) is %s', (ms, text) => {
    expect(age(ms)).toBe(text)
  })

  it.each([
    [0.4, '< 1 ms'],
    [38.4, '38 ms'],
    [12_340, '12.3 s'],
  ])('roundTrip(%d) is %s', (ms, text) => {
    expect(roundTrip(ms)).toBe(text)
  })
})
