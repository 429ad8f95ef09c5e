import type { JsonObject } from 'hubtwin'
import { type Firmware, type FirmwarePace, newFirmware, nextFirmware, reportedFirmware } from './firmware.ts'
import { isObject, own } from './json.ts'
import { patchOfPart } from './patch.ts'
import { climateKeys, newThermostat, reportedClimate, type Sway, takeClimate, type Thermostat } from './thermostat.ts'

/** A thermostat with a firmware: what the demos' devices are. Replaced whole. */
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
      /** What of it is news, as in hubtwin's `DesiredChange`. */
      readonly patch: JsonObject
      /** The twin was just read, and nobody has asked anew. */
      readonly isFirst: boolean
    }
  | { readonly type: 'tick' }
  | { readonly type: 'retry' }
  | { readonly type: 'fail-next'; readonly isOn: boolean }

/** How a device differs from others of its kind. */
export interface DeviceOptions {
  /** How warm its room is where the hub remembers nothing, in °C. @default 18 */
  readonly temperature?: number | undefined
  /** @default none */
  readonly sway?: Sway | undefined
  /** @default 20 s and 5 s */
  readonly pace?: FirmwarePace | undefined
}

/** @param reported what the hub has of the device from before */
export function newDevice(now: number, reported: JsonObject = {}, options: DeviceOptions = {}): Device {
  const { sway, pace } = options
  const before = own(own(reported, 'climate'), 'temperature')
  const temperature = typeof before === 'number' && before >= -20 && before <= 50 ? before : options.temperature
  return { thermostat: newThermostat(now, temperature, sway), firmware: newFirmware(own(reported, 'firmware'), pace) }
}

/** @param now milliseconds of one clock; the time of an event is never before that of the last */
export function nextDevice({ thermostat, firmware }: Device, event: DeviceEvent, now: number): Device {
  if (event.type !== 'desired') return { thermostat, firmware: nextFirmware(firmware, event, now) }
  const { desired, version, patch, isFirst } = event
  const isNews = (key: string): boolean => isFirst || Object.hasOwn(patch, key)
  const wanted = { type: 'desired', value: own(desired, 'firmware'), version, isFirst } as const
  return {
    thermostat: isNews('climate') ? takeClimate(thermostat, own(desired, 'climate'), version, now) : thermostat,
    firmware: nextFirmware(firmware, isNews('firmware') ? wanted : { type: 'tick' }, now),
  }
}

/** The patch after which the hub has of the device what is so. Empty when it has; what others put beside it is left alone. */
export function patchToReport(device: Device, reported: JsonObject, now: number, acknowledges: boolean): JsonObject {
  return {
    ...patchOfPart('climate', reportedClimate(device.thermostat, now, acknowledges), reported, climateKeys),
    ...patchOfPart('firmware', reportedFirmware(device.firmware, now, acknowledges), reported),
  }
}

/** Of a patch that makes reported what desired is: without what the device answers for by itself. */
export function withoutDevice(patch: JsonObject): JsonObject {
  const climate = own(patch, 'climate')
  const { climate: _climate, firmware: _firmware, ...others } = patch
  if (!isObject(climate)) return others
  const left = Object.entries(climate).filter(([key]) => !climateKeys.includes(key))
  return left.length === 0 ? others : { ...others, climate: Object.fromEntries(left) }
}
