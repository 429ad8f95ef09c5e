import type { JsonObject, JsonValue } from 'hubtwin'
import { acknowledged, type Acknowledgment, UNASKED } from './acknowledgment.ts'
import { isObject, own, quote } from './json.ts'

/** A room with heating and cooling. Immutable. Times are in milliseconds, temperatures in °C. */
export interface Thermostat {
  /** The room's temperature at `at`, without its sway. */
  readonly temperature: number
  readonly at: number
  readonly sway: Sway
  readonly target: Setting<number>
  readonly fanOn: Setting<boolean>
}

/** A small oscillation of the temperature with a period of a minute, as if people came and went. */
export interface Sway {
  /** Amplitude in °C. */
  readonly by: number
  /** Start within the minute, from 0 to 1. */
  readonly phase: number
}

/** A setting in effect, and the device's answer to its last request. */
export interface Setting<Value> {
  readonly value: Value
  readonly answer: Acknowledgment
}

/** The allowed targets in °C. */
export const TARGET_RANGE = { min: 5, max: 35 } as const

const DEGREES = `a number from ${TARGET_RANGE.min} to ${TARGET_RANGE.max}`

/** The settings while nothing is desired. */
const OWN_TARGET: Setting<number> = { value: 20, answer: UNASKED }
const OWN_FAN: Setting<boolean> = { value: false, answer: UNASKED }

/** In this time, the room moves 63 % of the way to its target. The fan halves the time. */
const TIME_CONSTANT_IN_MS = 30_000

/** A smaller difference counts as reached. */
const TOLERANCE = 0.05

const SWAY_PERIOD_IN_MS = 60_000
const STILL: Sway = { by: 0, phase: 0 }

export function newThermostat(now: number, temperature = 18, sway: Sway = STILL): Thermostat {
  return { temperature, at: now, sway, target: OWN_TARGET, fanOn: OWN_FAN }
}

/**
 * The clock decides, not the ticks: a minute in one step equals sixty seconds. A clock set back
 * changes nothing.
 */
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
 * Applies `desired.climate`. An invalid value gets 400 and changes nothing. A removed value returns
 * to the device's own.
 */
export function applyClimate(
  thermostat: Thermostat,
  climate: JsonValue | undefined,
  version: number,
  now: number,
): Thermostat {
  const { target, fanOn, sway } = thermostat
  const temperature = steadyAt(thermostat, now)
  const at = Math.max(now, thermostat.at)
  if (climate !== undefined && !isObject(climate)) {
    const problem = `climate is ${quote(climate)}; expected an object`
    return { temperature, at, sway, target: refuse(target, version, problem), fanOn }
  }
  return {
    temperature,
    at,
    sway,
    target: apply(target, own(climate, 'target'), OWN_TARGET, isTarget, version, 'target', DEGREES),
    fanOn: apply(fanOn, own(climate, 'fanOn'), OWN_FAN, isSwitch, version, 'fanOn', 'true or false'),
  }
}

/**
 * Returns `reported.climate`, with the temperature in tenths. Without acknowledgments, `error`
 * holds the problems.
 */
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
  const problems = [target, fanOn].flatMap(({ answer }) =>
    answer.ac === 400 && answer.ad !== undefined ? answer.ad : [],
  )
  return {
    temperature,
    target: target.value,
    fanOn: fanOn.value,
    ...(problems.length > 0 && { error: problems.join('; ') }),
  }
}

/** The thermostat's keys in `reported.climate`. It leaves other keys alone. */
export const CLIMATE_KEYS: readonly string[] = ['temperature', 'target', 'fanOn', 'error']

function apply<Value extends JsonValue>(
  before: Setting<Value>,
  desired: JsonValue | undefined,
  ownSetting: Setting<Value>,
  isValid: (value: JsonValue) => value is Value,
  version: number,
  key: string,
  expected: string,
): Setting<Value> {
  if (desired === undefined) return ownSetting
  if (!isValid(desired)) return refuse(before, version, `climate.${key} is ${quote(desired)}; expected ${expected}`)
  return { value: desired, answer: { ac: 200, av: version } }
}

function refuse<Value>({ value }: Setting<Value>, version: number, problem: string): Setting<Value> {
  return { value, answer: { ac: 400, av: version, ad: problem } }
}

function isTarget(value: JsonValue): value is number {
  return typeof value === 'number' && value >= TARGET_RANGE.min && value <= TARGET_RANGE.max
}

function isSwitch(value: JsonValue): value is boolean {
  return typeof value === 'boolean'
}
