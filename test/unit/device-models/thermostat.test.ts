import fc from 'fast-check'
import type { JsonValue } from 'hubtwin'
import { describe, expect, test } from 'vitest'
import {
  activityAt,
  newThermostat,
  reportedClimate,
  takeClimate,
  temperatureAt,
  type Thermostat,
} from '../../../device-models/src/thermostat.ts'

const second = 1000
const at23 = takeClimate(newThermostat(0), { target: 23 }, 2, 0)

describe('a thermostat', () => {
  test('moves toward the target from either side, and never beyond it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 50, noNaN: true }),
        fc.double({ min: 5, max: 35, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 600 * second }), { maxLength: 20 }),
        (start, target, steps) => {
          const thermostat = takeClimate(newThermostat(0, start), { target }, 2, 0)
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

  test('goes by the clock: it is as warm after one late tick as after many in time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 * second }), { maxLength: 30 }), (steps) => {
        let [now, ticked]: [number, Thermostat] = [0, at23]
        for (const step of steps) {
          now += step
          // Taking the same again is what a tick would do: it writes down the temperature of that time.
          ticked = takeClimate(ticked, { target: 23 }, 2, now)
        }
        expect(temperatureAt(ticked, now)).toBeCloseTo(temperatureAt(at23, now), 9)
      }),
    )
  })

  test('comes 63 % nearer in half a minute, and with the fan in a quarter', () => {
    expect(temperatureAt(at23, 30 * second)).toBeCloseTo(23 - 5 / Math.E, 9)
    const withFan = takeClimate(newThermostat(0), { target: 23, fanOn: true }, 2, 0)
    expect(temperatureAt(withFan, 15 * second)).toBeCloseTo(23 - 5 / Math.E, 9)
  })

  test('tells that it heats, holds and cools', () => {
    expect(activityAt(at23, 0)).toBe('heating')
    expect(activityAt(at23, 600 * second)).toBe('holding')
    expect(activityAt(takeClimate(at23, { target: 7 }, 3, 600 * second), 600 * second)).toBe('cooling')
  })

  test('sways around where it would be without, and its target takes no notice', () => {
    const swaying = takeClimate(newThermostat(0, 18, { by: 0.5, phase: 0 }), { target: 23 }, 2, 15 * second)
    for (const now of [600, 615, 630, 645]) {
      const sway = 0.5 * Math.sin((Math.PI * now) / 30)
      expect(temperatureAt(swaying, now * second)).toBeCloseTo(23 + sway, 4)
      expect(activityAt(swaying, now * second)).toBe('holding')
    }
  })

  test('keeps its temperature when the clock is set back', () => {
    const later = takeClimate(newThermostat(100 * second), { target: 23 }, 2, 100 * second)
    expect(temperatureAt(later, 0)).toBe(18)
    expect(takeClimate(later, { target: 30 }, 3, 0).at).toBe(100 * second)
  })

  test('keeps 20 °C of its own before anybody wants something, and again when nobody does any more', () => {
    expect(temperatureAt(newThermostat(0), 600 * second)).toBeCloseTo(20, 6)
    const removed = takeClimate(at23, undefined, 3, 0)
    expect(reportedClimate(removed, 0, false)).toEqual({ temperature: 18, target: 20, fanOn: false })
    expect(reportedClimate(takeClimate(at23, {}, 3, 0), 0, false)).toMatchObject({ target: 20 })
  })

  test('leaves alone what it does not know', () => {
    const seeds = { minTemperature: 69, maxTemperature: 77, hvac: { systemControl: { fanOn: true } } }
    expect(takeClimate(newThermostat(0), seeds, 2, 0)).toEqual(newThermostat(0))
  })
})

describe('a thermostat that is wanted to do what it can not', () => {
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

  test.each(bad)('keeps its target and tells why: %j', (target, shown) => {
    const told = takeClimate(at23, { target }, 5, 0)
    const ad = `climate.target is ${shown}; a number from 5 to 35 is needed`
    expect(reportedClimate(told, 0, true)['target']).toEqual({ value: 23, ac: 400, av: 5, ad })
    expect(reportedClimate(told, 0, false)).toEqual({ temperature: 18, target: 23, fanOn: false, error: ad })
    expect(temperatureAt(told, 600 * second)).toBeCloseTo(23, 6)
  })

  test('takes one half where the other is at fault, and tells of both where both are', () => {
    expect(reportedClimate(takeClimate(at23, { target: 25, fanOn: 'yes' }, 5, 0), 0, true)).toEqual({
      temperature: 18,
      target: { value: 25, ac: 200, av: 5 },
      fanOn: { value: false, ac: 400, av: 5, ad: 'climate.fanOn is "yes"; true or false is needed' },
    })
    expect(reportedClimate(takeClimate(at23, { target: 0, fanOn: 1 }, 5, 0), 0, false)).toMatchObject({
      error: 'climate.target is 0; a number from 5 to 35 is needed; climate.fanOn is 1; true or false is needed',
    })
  })

  test.each(['warm', 5, null, [1], false] as JsonValue[])('a climate that is no object: %j', (climate) => {
    expect(reportedClimate(takeClimate(at23, climate, 5, 0), 0, false)).toMatchObject({
      target: 23,
      error: `climate is ${JSON.stringify(climate)}; an object is needed`,
    })
  })

  test('has nothing to tell any more once a target is good', () => {
    const good = takeClimate(takeClimate(at23, { target: 'warm' }, 5, 0), { target: 24 }, 6, 0)
    expect(reportedClimate(good, 0, false)).toEqual({ temperature: 18, target: 24, fanOn: false })
    expect(reportedClimate(good, 0, true)['target']).toEqual({ value: 24, ac: 200, av: 6 })
  })
})

describe('reportedClimate()', () => {
  test('says in Plug and Play that a value nobody wanted is the device its own', () => {
    expect(reportedClimate(newThermostat(0), 0, true)).toEqual({
      temperature: 18,
      target: { value: 20, ac: 203, av: 0, ad: "the device's own" },
      fanOn: { value: false, ac: 203, av: 0, ad: "the device's own" },
    })
  })

  test('rounds to a tenth', () => {
    expect(reportedClimate(at23, 10 * second, false)['temperature']).toBe(19.4)
  })
})
