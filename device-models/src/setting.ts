import type { JsonObject, JsonValue } from 'hubtwin'
import { type Acknowledgment, type PropertyName, readAcknowledgment } from 'hubtwin/plug-and-play'
import { quote } from './json.ts'

/** A value in effect, and the device's acknowledgment of its last request. */
export interface Setting<Value extends JsonValue> extends Acknowledgment {
  readonly value: Value
}

/** A property that a back end may set, as the model declares it. */
export interface WritableProperty<Value extends JsonValue> {
  readonly property: PropertyName
  /** The value in effect while nothing is desired. */
  readonly ownValue: Value
  isValid(value: JsonValue): value is Value
  /** Describes valid values, for a refusal. */
  readonly expected: string
}

/** Nothing is desired: the device reports its own value. */
export const UNASKED = { ac: 203, av: 0, ad: "the device's own" } as const

export function ownSetting<Value extends JsonValue>({ ownValue }: WritableProperty<Value>): Setting<Value> {
  return { value: ownValue, ...UNASKED }
}

/** Restores a setting from the reported properties of an earlier run. */
export function restoreSetting<Value extends JsonValue>(
  writable: WritableProperty<Value>,
  reported: JsonObject,
): Setting<Value> {
  const answer = readAcknowledgment(reported, writable.property)
  if (answer === undefined || !writable.isValid(answer.value)) return ownSetting(writable)
  return { ...answer, value: answer.value }
}

/**
 * Applies a desired value, or `undefined` for none. An invalid value gets 400, and the setting
 * stays.
 *
 * @param version the desired `$version`
 */
export function applySetting<Value extends JsonValue>(
  writable: WritableProperty<Value>,
  before: Setting<Value>,
  desired: JsonValue | undefined,
  version: number,
): Setting<Value> {
  if (desired === undefined) return ownSetting(writable)
  if (writable.isValid(desired)) return { value: desired, ac: 200, av: version }
  const { component, name } = writable.property
  const path = component === undefined ? name : `${component}.${name}`
  return refuseSetting(before, version, `${path} is ${quote(desired)}; expected ${writable.expected}`)
}

export function refuseSetting<Value extends JsonValue>(
  { value }: Setting<Value>,
  version: number,
  problem: string,
): Setting<Value> {
  return { value, ac: 400, av: version, ad: problem }
}
