import type { JsonObject, JsonValue } from 'hubtwin'
import { listUnacknowledged } from 'hubtwin/plug-and-play'
import {
  type Firmware,
  FIRMWARE,
  type FirmwarePace,
  firmwareProperties,
  newFirmware,
  nextFirmware,
} from './firmware.ts'
import { isObject, own } from './json.ts'
import { patchOfProperties } from './properties.ts'
import {
  applyClimate,
  CLIMATE,
  CLIMATE_KEYS,
  climateProperties,
  newThermostat,
  type Sway,
  type Thermostat,
} from './thermostat.ts'

/** The demos' device: a thermostat with firmware. Immutable. */
export interface Device {
  readonly thermostat: Thermostat
  readonly firmware: Firmware
}

export type DeviceEvent =
  | {
      readonly type: 'desired'
      readonly desired: JsonObject
      /** The desired `$version`. */
      readonly version: number
      /** The desired patch, as in hubtwin's `DesiredChange`. */
      readonly patch: JsonObject
      /** The twin was just read, so this is not a new request. */
      readonly isFirst: boolean
    }
  | { readonly type: 'tick' }
  | { readonly type: 'retry' }
  | { readonly type: 'fail-next'; readonly isOn: boolean }

/** The differences between devices. */
export interface DeviceOptions {
  /** The room's temperature in °C, if the hub has none. @default 18 */
  readonly temperature?: number | undefined
  /** @default no sway */
  readonly sway?: Sway | undefined
  /** @default 20 s and 5 s */
  readonly pace?: FirmwarePace | undefined
}

/** @param reported the device's reported properties at the hub, from an earlier run */
export function newDevice(now: number, reported: JsonObject = {}, options: DeviceOptions = {}): Device {
  const { sway, pace } = options
  const known = own(own(reported, CLIMATE), 'temperature')
  const temperature = typeof known === 'number' && known >= -20 && known <= 50 ? known : options.temperature
  return {
    thermostat: newThermostat(now, temperature, sway, reported),
    firmware: newFirmware(own(reported, FIRMWARE), pace),
  }
}

/** @param now milliseconds; never decreases from event to event */
export function nextDevice(device: Device, event: DeviceEvent, now: number): Device {
  const { thermostat, firmware } = device
  if (event.type !== 'desired') return { thermostat, firmware: nextFirmware(firmware, event, now) }
  const { desired, version, patch, isFirst } = event
  const isChanged = isFirst ? changesAtStart(device, desired, version, now) : changesIn(patch)
  const request = { type: 'desired', value: own(desired, FIRMWARE), version, isFirst } as const
  const climate = own(desired, CLIMATE)
  return {
    thermostat: applyClimate(thermostat, climate, version, now, (name) => isChanged(CLIMATE, name)),
    firmware: nextFirmware(firmware, isFirst || Object.hasOwn(patch, FIRMWARE) ? request : { type: 'tick' }, now),
  }
}

type Changes = (component: string, name: string) => boolean

function changesIn(patch: JsonObject): Changes {
  return (component, name) => {
    const change = own(patch, component)
    return change !== undefined && (!isObject(change) || Object.hasOwn(change, name))
  }
}

/**
 * At its start, a device acknowledges the desired values that are newer than its last
 * acknowledgment ("IoT Plug and Play conventions", writable properties), and drops values that are
 * no longer desired.
 */
function changesAtStart(device: Device, desired: JsonObject, version: number, now: number): Changes {
  const reported = patchToReport(device, {}, now)
  const open = listUnacknowledged({
    desired: withMarkers(desired),
    reported,
    versions: { desired: version, reported: 0 },
  })
  return (component, name) =>
    own(own(desired, component), name) === undefined ||
    open.some((property) => property.component === component && property.name === name)
}

/** A back end that does not use Plug and Play omits the markers of components. */
function withMarkers(desired: JsonObject): JsonObject {
  const marked = Object.entries(desired).map(([key, value]): [string, JsonValue] =>
    [CLIMATE, FIRMWARE].includes(key) && isObject(value) ? [key, { ...value, __t: 'c' }] : [key, value],
  )
  return Object.fromEntries(marked)
}

/**
 * Returns the patch that brings `reported` up to date with the device, or `{}`. It does not change
 * other keys.
 */
export function patchToReport({ thermostat, firmware }: Device, reported: JsonObject, now: number): JsonObject {
  return {
    ...patchOfProperties(climateProperties(thermostat, now), reported),
    ...patchOfProperties(firmwareProperties(firmware, now), reported),
  }
}

/** Reports whether a patch holds a key that the device itself reports, and so overwrites. */
export function isReportedByDevice(patch: JsonObject): boolean {
  const climate = own(patch, CLIMATE)
  if (Object.hasOwn(patch, FIRMWARE)) return true
  if (!isObject(climate)) return Object.hasOwn(patch, CLIMATE)
  const keys = Object.keys(climate)
  return keys.some((key) => CLIMATE_KEYS.includes(key)) || keys.every((key) => key === '__t')
}

/**
 * Removes the keys that the device itself acknowledges from a patch that copies desired to
 * reported. The marker of a component stays with the other keys.
 */
export function withoutDevice(patch: JsonObject): JsonObject {
  const climate = own(patch, CLIMATE)
  const { [CLIMATE]: _climate, [FIRMWARE]: _firmware, ...others } = patch
  if (!isObject(climate)) return others
  const left = Object.entries(climate).filter(([key]) => !CLIMATE_KEYS.includes(key))
  return left.every(([key]) => key === '__t') ? others : { ...others, climate: Object.fromEntries(left) }
}
