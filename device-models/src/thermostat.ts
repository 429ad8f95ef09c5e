import type { JsonObject, JsonValue } from 'hubtwin'
import { isObject, own, quote } from './json.ts'
import type { ModelProperties } from './properties.ts'
import { applySetting, refuseSetting, restoreSetting, type Setting, type WritableProperty } from './setting.ts'

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

/** The allowed targets in °C. */
export const TARGET_RANGE = { min: 5, max: 35 } as const

/** The component of the thermostat in a twin. */
export const CLIMATE = 'climate'

const TARGET: WritableProperty<number> = {
  property: { component: CLIMATE, name: 'target' },
  ownValue: 20,
  isValid: (value): value is number =>
    typeof value === 'number' && value >= TARGET_RANGE.min && value <= TARGET_RANGE.max,
  expected: `a number from ${TARGET_RANGE.min} to ${TARGET_RANGE.max}`,
}

const FAN_ON: WritableProperty<boolean> = {
  property: { component: CLIMATE, name: 'fanOn' },
  ownValue: false,
  isValid: (value): value is boolean => typeof value === 'boolean',
  expected: 'true or false',
}

/** The time in which the room moves 63 % of the way to its target. The fan halves the time. */
const TIME_CONSTANT_IN_MS = 30_000

/** A smaller difference counts as reached. */
const TOLERANCE = 0.05

const SWAY_PERIOD_IN_MS = 60_000
const STILL: Sway = { by: 0, phase: 0 }

/** @param reported the device's reported properties at the hub: its memory of its settings */
export function newThermostat(
  now: number,
  temperature = 18,
  sway: Sway = STILL,
  reported: JsonObject = {},
): Thermostat {
  const [target, fanOn] = [restoreSetting(TARGET, reported), restoreSetting(FAN_ON, reported)]
  return { temperature, at: now, sway, target, fanOn }
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
 * Applies `desired.climate`. An invalid value gets 400 and changes nothing. Without a desired
 * value, the device's own value applies again.
 *
 * @param isChanged whether a property of the climate needs an acknowledgment
 */
export function applyClimate(
  thermostat: Thermostat,
  climate: JsonValue | undefined,
  version: number,
  now: number,
  isChanged: (name: string) => boolean = () => true,
): Thermostat {
  const { target, fanOn, sway } = thermostat
  const moment = { temperature: steadyAt(thermostat, now), at: Math.max(now, thermostat.at), sway }
  if (climate !== undefined && !isObject(climate)) {
    const problem = `climate is ${quote(climate)}; expected an object`
    return { ...moment, target: refuseSetting(target, version, problem), fanOn }
  }
  return {
    ...moment,
    target: isChanged('target') ? applySetting(TARGET, target, own(climate, 'target'), version) : target,
    fanOn: isChanged('fanOn') ? applySetting(FAN_ON, fanOn, own(climate, 'fanOn'), version) : fanOn,
  }
}

/** Returns what the thermostat reports, with the temperature in tenths. */
export function climateProperties(thermostat: Thermostat, now: number): ModelProperties {
  const { target, fanOn } = thermostat
  const temperature = Math.round(temperatureAt(thermostat, now) * 10) / 10
  return { component: CLIMATE, writable: { target, fanOn }, readOnly: { temperature } }
}

/** The thermostat's keys in `reported.climate`. The thermostat does not change other keys. */
export const CLIMATE_KEYS: readonly string[] = ['temperature', 'target', 'fanOn']
