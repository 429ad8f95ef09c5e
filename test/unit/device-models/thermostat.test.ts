import fc from 'fast-check'
import type { JsonValue } from 'hubtwin'
import { describe, expect, test } from 'vitest'
import {
  activityAt,
  newThermostat,
  applyClimate,
  climateProperties,
  temperatureAt,
  type Thermostat,
} from '../../../device-models/src/thermostat.ts'

const SECOND = 1000

/** The reported properties of the thermostat, as an object. */
function reportedClimate(thermostat: Thermostat, now: number): Record<string, unknown> {
  const { writable, readOnly } = climateProperties(thermostat, now)
  return { ...readOnly, ...writable }
}

/** The values in effect, and the refusals. */
function summaryOf(thermostat: Thermostat): object {
  const { target, fanOn } = thermostat
  return {
    target: target.value,
    fanOn: fanOn.value,
    refused: [target, fanOn].flatMap(({ ac, ad }) => (ac === 400 ? ad : [])),
  }
}
const at23 = applyClimate(newThermostat(0), { target: 23 }, 2, 0)

describe('a thermostat', () => {
  test('moves toward the target from either side, and never overshoots', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 50, noNaN: true }),
        fc.double({ min: 5, max: 35, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 600 * SECOND }), { maxLength: 20 }),
        (start, target, steps) => {
          const thermostat = applyClimate(newThermostat(0, start), { target }, 2, 0)
          let [now, before] = [0, Math.abs(target - start)]
          for (const step of steps) {
            now += step
            const missing = target - temperatureAt(thermostat, now)
            expect(Math.abs(missing)).toBeLessThanOrEqual(before + 1e-9)
            expect(missing * (target - start)).toBeGreaterThanOrEqual(-1e-9)
            before = Math.abs(missing)
          }
        },
      ),
    )
  })

  test('follows the clock: a single late tick gives the same temperature as many ticks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 * SECOND }), { maxLength: 30 }), (steps) => {
        let [now, ticked]: [number, Thermostat] = [0, at23]
        for (const step of steps) {
          now += step
          // The same request again acts like a tick: it records the temperature at that time.
          ticked = applyClimate(ticked, { target: 23 }, 2, now)
        }
        expect(temperatureAt(ticked, now)).toBeCloseTo(temperatureAt(at23, now), 9)
      }),
    )
  })

  test('moves 63 % of the way in half a minute, or with the fan in a quarter', () => {
    expect(temperatureAt(at23, 30 * SECOND)).toBeCloseTo(23 - 5 / Math.E, 9)
    const withFan = applyClimate(newThermostat(0), { target: 23, fanOn: true }, 2, 0)
    expect(temperatureAt(withFan, 15 * SECOND)).toBeCloseTo(23 - 5 / Math.E, 9)
  })

  test('reports heating, holding, and cooling', () => {
    expect(activityAt(at23, 0)).toBe('heating')
    expect(activityAt(at23, 600 * SECOND)).toBe('holding')
    expect(activityAt(applyClimate(at23, { target: 7 }, 3, 600 * SECOND), 600 * SECOND)).toBe('cooling')
  })

  test('sways around its steady temperature, without an effect on the activity', () => {
    const swaying = applyClimate(newThermostat(0, 18, { by: 0.5, phase: 0 }), { target: 23 }, 2, 15 * SECOND)
    for (const now of [600, 615, 630, 645]) {
      const sway = 0.5 * Math.sin((Math.PI * now) / 30)
      expect(temperatureAt(swaying, now * SECOND)).toBeCloseTo(23 + sway, 4)
      expect(activityAt(swaying, now * SECOND)).toBe('holding')
    }
  })

  test('keeps its temperature when the clock is set back', () => {
    const later = applyClimate(newThermostat(100 * SECOND), { target: 23 }, 2, 100 * SECOND)
    expect(temperatureAt(later, 0)).toBe(18)
    expect(applyClimate(later, { target: 30 }, 3, 0).at).toBe(100 * SECOND)
  })

  test('keeps its own 20 °C without a desired target, and again after the target is removed', () => {
    expect(temperatureAt(newThermostat(0), 600 * SECOND)).toBeCloseTo(20, 6)
    const removed = applyClimate(at23, undefined, 3, 0)
    expect(summaryOf(removed)).toEqual({ target: 20, fanOn: false, refused: [] })
    expect(summaryOf(applyClimate(at23, {}, 3, 0))).toMatchObject({ target: 20 })
  })

  test('ignores unknown keys', () => {
    const seeds = { minTemperature: 69, maxTemperature: 77, hvac: { systemControl: { fanOn: true } } }
    expect(applyClimate(newThermostat(0), seeds, 2, 0)).toEqual(newThermostat(0))
  })
})

describe('a thermostat with an invalid request', () => {
  const bad: [JsonValue, string][] = [
    ['warm', '"warm"'],
    ['23', '"23"'],
    [1e9, '1000000000'],
    [4.9, '4.9'],
    [null, 'null'],
    [true, 'true'],
    [[23], '[23]'],
    [{ value: 23 }, '{"value":23}'],
    ['x'.repeat(100), `"${'x'.repeat(39)}…`],
  ]

  test.each(bad)('keeps its target and reports the reason: %j', (target, shown) => {
    const refused = applyClimate(at23, { target }, 5, 0)
    const ad = `climate.target is ${shown}; expected a number from 5 to 35`
    expect(reportedClimate(refused, 0)['target']).toEqual({ value: 23, ac: 400, av: 5, ad })
    expect(summaryOf(refused)).toEqual({ target: 23, fanOn: false, refused: [ad] })
    expect(temperatureAt(refused, 600 * SECOND)).toBeCloseTo(23, 6)
  })

  test('applies the valid half, and reports both problems if both halves are invalid', () => {
    expect(reportedClimate(applyClimate(at23, { target: 25, fanOn: 'yes' }, 5, 0), 0)).toEqual({
      temperature: 18,
      target: { value: 25, ac: 200, av: 5 },
      fanOn: { value: false, ac: 400, av: 5, ad: 'climate.fanOn is "yes"; expected true or false' },
    })
    expect(summaryOf(applyClimate(at23, { target: 0, fanOn: 1 }, 5, 0))).toMatchObject({
      refused: ['climate.target is 0; expected a number from 5 to 35', 'climate.fanOn is 1; expected true or false'],
    })
  })

  test.each(['warm', 5, null, [1], false] as JsonValue[])('reports a climate that is not an object: %j', (climate) => {
    expect(summaryOf(applyClimate(at23, climate, 5, 0))).toMatchObject({
      target: 23,
      refused: [`climate is ${JSON.stringify(climate)}; expected an object`],
    })
  })

  test('reports no problem after the next valid target', () => {
    const good = applyClimate(applyClimate(at23, { target: 'warm' }, 5, 0), { target: 24 }, 6, 0)
    expect(summaryOf(good)).toEqual({ target: 24, fanOn: false, refused: [] })
    expect(reportedClimate(good, 0)['target']).toEqual({ value: 24, ac: 200, av: 6 })
  })
})

describe('climateProperties()', () => {
  test("acknowledges an unrequested value as the device's own", () => {
    expect(reportedClimate(newThermostat(0), 0)).toEqual({
      temperature: 18,
      target: { value: 20, ac: 203, av: 0, ad: "the device's own" },
      fanOn: { value: false, ac: 203, av: 0, ad: "the device's own" },
    })
  })

  test('rounds to a tenth', () => {
    expect(reportedClimate(at23, 10 * SECOND)['temperature']).toBe(19.4)
  })
})
