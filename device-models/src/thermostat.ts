import type { JsonObject, JsonValue } from 'hubtwin'
import { type Acknowledgment, acknowledged, unasked } from './acknowledgment.ts'
import { isObject, own, shown } from './json.ts'

/** A room and what heats or cools it. Replaced whole; times are milliseconds of one clock, temperatures °C. */
export interface Thermostat {
  /** The temperature of the room at `at`, but for its sway. */
  readonly temperature: number
  readonly at: number
  readonly sway: Sway
  readonly target: Setting<number>
  readonly fanOn: Setting<boolean>
}

/** People come and go: a room gets warmer and colder by so much, once a minute. */
export interface Sway {
  /** °C either way. */
  readonly by: number
  /** Where in the minute it begins, from 0 to 1. */
  readonly phase: number
}

/** What the device goes by, and its answer to who wanted something. */
export interface Setting<Value> {
  readonly value: Value
  readonly answer: Acknowledgment
}

/** What a target may be, in °C. */
export const targetRange = { min: 5, max: 35 } as const

const degrees = `a number from ${targetRange.min} to ${targetRange.max}`

/** What the device keeps by itself while nothing is desired. */
const own20: Setting<number> = { value: 20, answer: unasked }
const ownFan: Setting<boolean> = { value: false, answer: unasked }

/** In that time the room comes nearer to the target by 63 %; with the fan on in half of it. */
const TIME_CONSTANT_IN_MS = 30_000

/** Nearer than that counts as there. */
const TOLERANCE = 0.05

const SWAY_PERIOD_IN_MS = 60_000
const still: Sway = { by: 0, phase: 0 }

export function newThermostat(now: number, temperature = 18, sway: Sway = still): Thermostat {
  return { temperature, at: now, sway, target: own20, fanOn: ownFan }
}

/** By the clock and not by ticks: a minute at once comes to the same as sixty seconds. A clock that goes back changes nothing. */
export function temperatureAt(thermostat: Thermostat, now: number): number {
  const { by, phase } = thermostat.sway
  return steadyAt(thermostat, now) + by * Math.sin(2 * Math.PI * (now / SWAY_PERIOD_IN_MS + phase))
}

function steadyAt({ temperature, at, target, fanOn }: Thermostat, now: number): number {
  const elapsed = Math.max(0, now - at)
  const constant = fanOn.value ? TIME_CONSTANT_IN_MS / 2 : TIME_CONSTANT_IN_MS
  return target.value + (temperature - target.value) * Math.exp(-elapsed / constant)
}

export function activityAt(thermostat: Thermostat, now: number): 'heating' | 'cooling' | 'holding' {
  const missing = thermostat.target.value - steadyAt(thermostat, now)
  if (Math.abs(missing) < TOLERANCE) return 'holding'
  return missing > 0 ? 'heating' : 'cooling'
}

/**
 * Takes `desired.climate` of a desired version. What is no target or no switch is answered with 400 and changes nothing;
 * what nobody wants any more goes back to the device's own.
 */
export function takeClimate(
  thermostat: Thermostat,
  climate: JsonValue | undefined,
  version: number,
  now: number,
): Thermostat {
  const { target, fanOn, sway } = thermostat
  const temperature = steadyAt(thermostat, now)
  const at = Math.max(now, thermostat.at)
  if (climate !== undefined && !isObject(climate)) {
    const fault = `climate is ${shown(climate)}; an object is needed`
    return { temperature, at, sway, target: refuse(target, version, fault), fanOn }
  }
  return {
    temperature,
    at,
    sway,
    target: take(target, own(climate, 'target'), own20, isTarget, version, 'target', degrees),
    fanOn: take(fanOn, own(climate, 'fanOn'), ownFan, isSwitch, version, 'fanOn', 'true or false'),
  }
}

/** `reported.climate`, the temperature to a tenth. Without acknowledgments what is wrong with desired stands in `error`. */
export function reportedClimate(thermostat: Thermostat, now: number, acknowledges: boolean): JsonObject {
  const { target, fanOn } = thermostat
  const temperature = Math.round(temperatureAt(thermostat, now) * 10) / 10
  if (acknowledges) {
    return {
      temperature,
      target: acknowledged(target.value, target.answer),
      fanOn: acknowledged(fanOn.value, fanOn.answer),
    }
  }
  const faults = [target, fanOn].flatMap(({ answer }) =>
    answer.ac === 400 && answer.ad !== undefined ? answer.ad : [],
  )
  return {
    temperature,
    target: target.value,
    fanOn: fanOn.value,
    ...(faults.length > 0 && { error: faults.join('; ') }),
  }
}

/** The keys of `reported.climate` that are the thermostat's; others that somebody put there are left alone. */
export const climateKeys: readonly string[] = ['temperature', 'target', 'fanOn', 'error']

function take<Value extends JsonValue>(
  before: Setting<Value>,
  wanted: JsonValue | undefined,
  byItself: Setting<Value>,
  isOne: (value: JsonValue) => value is Value,
  version: number,
  key: string,
  needed: string,
): Setting<Value> {
  if (wanted === undefined) return byItself
  if (!isOne(wanted)) return refuse(before, version, `climate.${key} is ${shown(wanted)}; ${needed} is needed`)
  return { value: wanted, answer: { ac: 200, av: version } }
}

function refuse<Value>({ value }: Setting<Value>, version: number, fault: string): Setting<Value> {
  return { value, answer: { ac: 400, av: version, ad: fault } }
}

function isTarget(value: JsonValue): value is number {
  return typeof value === 'number' && value >= targetRange.min && value <= targetRange.max
}

function isSwitch(value: JsonValue): value is boolean {
  return typeof value === 'boolean'
}
