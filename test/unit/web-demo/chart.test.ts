import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chartData, chartRange } from '../../../web-demo/src/shared/device-model/chart-data.ts'
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

describe('chartData()', () => {
  test('puts a report at the nearest sample, and omits reports before the first sample', () => {
    const points = [
      { at: 9000, temperature: 17 },
      { at: 11_400, temperature: 19.1 },
      { at: 12_400, temperature: 20 },
      { at: 14_000, temperature: 21 },
    ]
    expect(chartData(history, points)).toEqual([
      [10, 11, 12],
      [18, 19, 20.04],
      [23, 23, 23],
      [null, 19.1, 20],
    ])
    expect(chartData([], points)).toEqual([[], [], [], []])
  })
})

describe('chartRange()', () => {
  test('includes both extremes, and spans at least four degrees', () => {
    const degree = fc.double({ min: -20, max: 50, noNaN: true })
    fc.assert(
      fc.property(degree, degree, (a, b) => {
        const [low, high] = chartRange(Math.min(a, b), Math.max(a, b))
        expect(low).toBeLessThan(Math.min(a, b))
        expect(high).toBeGreaterThan(Math.max(a, b))
        expect(high - low).toBeGreaterThanOrEqual(4 - 1e-9)
      }),
    )
  })

  test('shows room temperature without a sample', () => {
    expect(chartRange(null, null)).toEqual([17, 21])
  })
})
