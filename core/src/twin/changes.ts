import type { JsonObject, JsonValue } from '../protocol/json.ts'
import type { PatchTo } from './desired-path.ts'

/**
 * A change of the desired properties, for a listener or an iterator.
 *
 * @typeParam Value the value at the path: all desired properties, or the back end's value there
 * @typeParam Desired all desired properties
 * @typeParam Patch follows from `Value`
 * @example
 * ```ts
 * import { type DesiredChange, openTwin, type ReportedChange } from 'hubtwin'
 *
 * const showDesired = ({ path, previous, value, version }: DesiredChange): void =>
 *   console.log(`${path}, version ${version}:`, previous, 'becomes', value)
 * const showReported = ({ patch, version }: ReportedChange): void => console.log(version, patch)
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * twin.onDesired('climate', showDesired)
 * const stop = twin.onReported(showReported)
 * stop()
 * ```
 */
export interface DesiredChange<Value = JsonValue | undefined, Desired = JsonObject, Patch = PatchTo<Value>> {
  /** The path that the app gave to `onDesired` or `changes`; `''` is everything. */
  readonly path: string
  /** The value at the path; `undefined` when the path does not exist. */
  readonly value: Value
  /** The value in this listener's last change; `undefined` in its first. */
  readonly previous: Value | undefined
  /** The merge patch from `previous` to `value`; `null` when the value is gone. */
  readonly patch: Patch
  /** The desired `$version`. */
  readonly version: number
  /** All desired properties at that version. The first read copies them. */
  readonly desired: Desired
}

/**
 * A change of the reported properties, for a listener.
 *
 * @typeParam Reported all reported properties
 * @typeParam Patch follows from `Reported`
 */
export interface ReportedChange<Reported = JsonObject, Patch = PatchTo<Reported>> {
  /** All reported properties that the hub has. */
  readonly reported: Reported
  /** The properties in this listener's last change; `undefined` in its first. */
  readonly previous: Reported | undefined
  /** The merge patch from `previous` to `reported`; in the first change, all of `reported`. */
  readonly patch: Patch
  /** The reported `$version`. */
  readonly version: number
}
