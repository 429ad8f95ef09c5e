import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chartRange, chartSplits } from '../../../web-demo/src/shared/device-model/chart-data.ts'
import { chartWords } from '../../../web-demo/src/shared/device-model/chart-words.ts'

const history = [18, 19, 20.04].map((temperature, index) => ({ at: 10_000 + index * 1000, temperature, target: 23 }))

describe('chartWords()', () => {
  test('says that there is no sample yet', () => {
    expect(chartWords([], [])).toBe('Temperature: no measurement yet.')
  })

  test('describes the chart: span, current value, extremes, target, and reports', () => {
    const beginning =
      'Temperature of the last 2 seconds: now 20.0 °C, between 18.0 °C and 20.0 °C; the target is 23.0 °C.'
    expect(chartWords(history, [])).toBe(`${beginning} Not reported yet.`)
    expect(chartWords(history, [{ at: 0, temperature: 19 }])).toBe(`${beginning} Reported once, last 19.0 °C.`)
    const twice = [{ at: 0, temperature: 19 }].concat({ at: 1, temperature: 19.5 })
    expect(chartWords(history, twice)).toBe(`${beginning} Reported 2 times, last 19.5 °C.`)
  })

  test('counts in minutes from 90 seconds on', () => {
    const long = [history[0]!, { ...history[2]!, at: 310_000 }]
    expect(chartWords(long, [])).toMatch(/^Temperature of the last 5 minutes: /)
  })
})

describe('chartRange()', () => {
  test('includes both extremes, and spans at least four degrees', () => {
    const degree = fc.double({ min: -20, max: 50, noNaN: true })
    fc.assert(
      fc.property(degree, degree, (a, b) => {
        const [low, high] = chartRange([a, b])
        expect(low).toBeLessThan(Math.min(a, b))
        expect(high).toBeGreaterThan(Math.max(a, b))
        expect(high - low).toBeGreaterThanOrEqual(4 - 1e-9)
      }),
    )
  })

  test('shows room temperature without a sample', () => {
    expect(chartRange([])).toEqual([17, 21])
  })
})

describe('chartSplits()', () => {
  test('gives round values between both ends, at most six', () => {
    expect(chartSplits(17, 21)).toEqual([17, 18, 19, 20, 21])
    expect(chartSplits(16.5, 24.2)).toEqual([18, 20, 22, 24])
    const degree = fc.integer({ min: -200, max: 500 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(degree, degree, (a, b) => {
        const [low, high] = chartRange([a, b])
        const splits = chartSplits(low, high)
        expect(splits.length).toBeGreaterThan(1)
        expect(splits.length).toBeLessThanOrEqual(6)
        for (const split of splits) expect(split >= low && split <= high).toBe(true)
      }),
    )
  })
})
