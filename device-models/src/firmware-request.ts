import type { JsonValue } from 'hubtwin'
import { isObject, own, shown } from './json.ts'

/** What a back end wants of the firmware, read from `desired.firmware` (docs/guides/rollout.md). */
export type FirmwareRequest =
  | { readonly type: 'nothing'; readonly av: number }
  | {
      readonly type: 'version'
      readonly version: string
      /** Which rollout asks, where one does. */
      readonly rollout?: string
      /** The desired `$version` that says so. */
      readonly av: number
    }
  | { readonly type: 'nonsense'; readonly fault: string; readonly rollout?: string; readonly av: number }

/** @param av the desired `$version` that the value is of */
export function readFirmwareRequest(firmware: JsonValue | undefined, av: number): FirmwareRequest {
  if (firmware === undefined) return { type: 'nothing', av }
  if (!isObject(firmware)) {
    return { type: 'nonsense', fault: `firmware is ${shown(firmware)}; an object with a version is needed`, av }
  }
  const [version, rollout] = [own(firmware, 'version'), own(firmware, 'rollout')]
  if (rollout !== undefined && !isName(rollout)) return { type: 'nonsense', fault: faultOf('rollout', rollout), av }
  const asks = rollout === undefined ? {} : { rollout }
  if (version !== undefined && isName(version)) return { type: 'version', version, ...asks, av }
  const fault = version === undefined ? 'firmware has no version' : faultOf('version', version)
  return { type: 'nonsense', fault, ...asks, av }
}

/** Whether two wishes ask for the same, whichever version of desired they are from. */
export function isSameRequest(a: FirmwareRequest, b: FirmwareRequest): boolean {
  if (a.type === 'nothing' || b.type === 'nothing') return a.type === b.type
  if (a.type === 'nonsense' || b.type === 'nonsense') {
    return a.type === 'nonsense' && b.type === 'nonsense' && a.fault === b.fault && a.rollout === b.rollout
  }
  return a.version === b.version && a.rollout === b.rollout
}

/** What a version or a rollout is called: nothing that a terminal would take for a command or show in another order. */
export function isName(value: JsonValue): value is string {
  return typeof value === 'string' && /^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u.test(value)
}

function faultOf(key: string, value: JsonValue): string {
  return `firmware.${key} is ${shown(value)}; a text of 1 to 64 characters without white space is needed`
}
