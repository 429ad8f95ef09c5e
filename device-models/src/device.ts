import type { JsonObject } from 'hubtwin'
import { type Firmware, type FirmwarePace, newFirmware, nextFirmware, reportedFirmware } from './firmware.ts'
import { isObject, own } from './json.ts'
import { patchOfPart } from './patch.ts'
import { applyClimate, CLIMATE_KEYS, newThermostat, reportedClimate, type Sway, type Thermostat } from './thermostat.ts'

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
  const known = own(own(reported, 'climate'), 'temperature')
  const temperature = typeof known === 'number' && known >= -20 && known <= 50 ? known : options.temperature
  return { thermostat: newThermostat(now, temperature, sway), firmware: newFirmware(own(reported, 'firmware'), pace) }
}

/** @param now milliseconds; never decreases from event to event */
export function nextDevice({ thermostat, firmware }: Device, event: DeviceEvent, now: number): Device {
  if (event.type !== 'desired') return { thermostat, firmware: nextFirmware(firmware, event, now) }
  const { desired, version, patch, isFirst } = event
  const isChanged = (key: string): boolean => isFirst || Object.hasOwn(patch, key)
  const request = { type: 'desired', value: own(desired, 'firmware'), version, isFirst } as const
  return {
    thermostat: isChanged('climate') ? applyClimate(thermostat, own(desired, 'climate'), version, now) : thermostat,
    firmware: nextFirmware(firmware, isChanged('firmware') ? request : { type: 'tick' }, now),
  }
}

/**
 * Returns the patch that brings `reported` up to date with the device, or `{}`. It leaves the keys
 * of others alone.
 */
export function patchToReport(device: Device, reported: JsonObject, now: number, acknowledges: boolean): JsonObject {
  return {
    ...patchOfPart('climate', reportedClimate(device.thermostat, now, acknowledges), reported, CLIMATE_KEYS),
    ...patchOfPart('firmware', reportedFirmware(device.firmware, now, acknowledges), reported),
  }
}

/** Reports whether a patch holds a key that the device itself reports, and so overwrites. */
export function isReportedByDevice(patch: JsonObject): boolean {
  const climate = own(patch, 'climate')
  if (Object.hasOwn(patch, 'firmware')) return true
  return isObject(climate)
    ? Object.keys(climate).some((key) => CLIMATE_KEYS.includes(key))
    : Object.hasOwn(patch, 'climate')
}

/** Removes the keys that the device itself answers from a patch that copies desired to reported. */
export function withoutDevice(patch: JsonObject): JsonObject {
  const climate = own(patch, 'climate')
  const { climate: _climate, firmware: _firmware, ...others } = patch
  if (!isObject(climate)) return others
  const left = Object.entries(climate).filter(([key]) => !CLIMATE_KEYS.includes(key))
  return left.length === 0 ? others : { ...others, climate: Object.fromEntries(left) }
}
