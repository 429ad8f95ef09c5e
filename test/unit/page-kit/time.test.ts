import { describe, expect, it } from 'vitest'
import { age, duration, roundTrip } from '../../../page-kit/src/time.ts'

const minute = 60_000
const hour = 60 * minute

describe('times', () => {
  it.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [3 * hour + 20 * minute, '3 h 20 min'],
    [48 * hour, '2 d'],
  ])('duration(%i) is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it.each([
    [1999, 'now'],
    [2000, '2 s ago'],
    [5 * minute, '5 min ago'],
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
