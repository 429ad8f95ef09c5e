import { difference, type Path, patchAt, valueAt } from '../protocol/document.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.ts'

/**
 * What a listener or an iterator gets.
 *
 * @typeParam Value what is at the path: all of the desired properties, or whatever the back end put there
 */
export interface DesiredChange<Value extends JsonValue | undefined = JsonValue | undefined> {
  /** As it was given to `onDesired` or `changes`; `''` is everything. */
  readonly path: string
  /** At the path now; `undefined` when there is nothing. */
  readonly value: Value
  /** At the path when this listener last got a change; `undefined` at its first. */
  readonly previous: Value | undefined
  /** The merge patch at the path that leads from `previous` to `value`; `null` when what was there is gone. */
  readonly patch: Value extends JsonObject ? JsonObject : JsonValue
  /** The desired `$version`. */
  readonly version: number
  /** All desired properties. */
  readonly desired: JsonObject
}

/** The desired properties at a version, and the merge patch that led there. */
export interface DesiredStep {
  readonly desired: JsonObject
  readonly version: number
  readonly patch: JsonObject
}

/** What one listener has seen at its path, by which adds, updates and removals are told apart. */
export interface DesiredView {
  /** The first look, at the whole state: no change where the path does not exist. */
  begin(step: DesiredStep): DesiredChange | undefined
  /** One step on: no change where it does not touch the path. */
  follow(step: DesiredStep): DesiredChange | undefined
  /** From what was seen to a later state, across whatever was between. */
  catchUp(step: DesiredStep): DesiredChange | undefined
  readonly begun: boolean
}

export function createDesiredView(text: string, path: Path): DesiredView {
  let begun = false
  let previous: JsonValue | undefined

  function see({ desired, version }: DesiredStep, patchTo: (value: JsonValue) => JsonValue): DesiredChange | undefined {
    const value = valueAt(desired, path)
    // A deletion of what was not there is a version like any other, and no news to anybody.
    const change =
      value === undefined && previous === undefined
        ? undefined
        : { path: text, value, previous, patch: value === undefined ? null : patchTo(value), version, desired }
    begun = true
    previous = value
    return change && Object.freeze(change)
  }

  return {
    get begun() {
      return begun
    },
    begin(step) {
      return see(step, (value) => value)
    },
    follow(step) {
      const patch = patchAt(step.patch, path)
      return patch === undefined ? undefined : see(step, () => patch)
    },
    catchUp(step) {
      const from = previous
      return see(step, (value) => (isJsonObject(from) && isJsonObject(value) ? difference(from, value) : value))
    },
  }
}
