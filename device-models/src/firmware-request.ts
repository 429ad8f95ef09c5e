import type { JsonValue } from 'hubtwin'
import { isObject, own, quote } from './json.ts'

/** The firmware that a back end requests in `desired.firmware` (docs/guides/rollout.md). */
export type FirmwareRequest =
  | { readonly type: 'nothing'; readonly av: number }
  | {
      readonly type: 'version'
      readonly version: string
      /** The ID of the rollout, if any. */
      readonly rollout?: string
      /** The desired `$version` of the request. */
      readonly av: number
    }
  | { readonly type: 'invalid'; readonly problem: string; readonly rollout?: string; readonly av: number }

/** @param av the desired `$version` of the value */
export function readFirmwareRequest(firmware: JsonValue | undefined, av: number): FirmwareRequest {
  if (firmware === undefined) return { type: 'nothing', av }
  if (!isObject(firmware)) {
    return { type: 'invalid', problem: `firmware is ${quote(firmware)}; expected an object with a version`, av }
  }
  const [version, rollout] = [own(firmware, 'version'), own(firmware, 'rollout')]
  if (rollout !== undefined && !isName(rollout))
    return { type: 'invalid', problem: problemWith('rollout', rollout), av }
  const ids = rollout === undefined ? {} : { rollout }
  if (version !== undefined && isName(version)) return { type: 'version', version, ...ids, av }
  const problem = version === undefined ? 'firmware has no version' : problemWith('version', version)
  return { type: 'invalid', problem, ...ids, av }
}

/** Reports whether two requests are equal, apart from their desired `$version`. */
export function isSameRequest(a: FirmwareRequest, b: FirmwareRequest): boolean {
  if (a.type === 'nothing' || b.type === 'nothing') return a.type === b.type
  if (a.type === 'invalid' || b.type === 'invalid') {
    return a.type === 'invalid' && b.type === 'invalid' && a.problem === b.problem && a.rollout === b.rollout
  }
  return a.version === b.version && a.rollout === b.rollout
}

/**
 * Reports whether a value can name a version or a rollout. It must contain no character that
 * controls a terminal or reorders text.
 */
export function isName(value: JsonValue): value is string {
  return typeof value === 'string' && /^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u.test(value)
}

function problemWith(key: string, value: JsonValue): string {
  return `firmware.${key} is ${quote(value)}; expected a string of 1 to 64 characters without white space`
}
