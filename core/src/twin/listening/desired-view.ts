import { difference, type Path, patchAt, valueAt, type DesiredPatch } from '../../protocol/document.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.ts'
import type { DesiredChange } from '../changes.ts'

/** A desired patch, and the desired properties after it. */
export interface AppliedPatch extends DesiredPatch {
  readonly desired: JsonObject
}

/** Turns desired patches into the changes at a single path. A view serves a single listener. */
export interface DesiredView {
  isStarted(): boolean
  /** Starts at the current state. @returns `undefined` when the path does not exist */
  start(applied: AppliedPatch): DesiredChange | undefined
  /** Applies the next patch. @returns `undefined` when the patch does not touch the path */
  follow(applied: AppliedPatch): DesiredChange | undefined
  /** Skips all patches up to a later state, and returns a single change. */
  catchUp(applied: AppliedPatch): DesiredChange | undefined
}

export function createDesiredView(pathText: string, path: Path): DesiredView {
  let isStarted = false
  let previous: JsonValue | undefined

  function moveTo(
    { desired, version }: AppliedPatch,
    patchTo: (value: JsonValue) => JsonValue,
  ): DesiredChange | undefined {
    const value = valueAt(desired, path)
    // The hub counts a version even when a patch deletes a path that does not exist.
    const change =
      value === undefined && previous === undefined
        ? undefined
        : { path: pathText, value, previous, patch: value === undefined ? null : patchTo(value), version, desired }
    isStarted = true
    previous = value
    return change && Object.freeze(change)
  }

  return {
    isStarted: () => isStarted,
    start(applied) {
      return moveTo(applied, (value) => value)
    },
    follow(applied) {
      const patch = patchAt(applied.properties, path)
      return patch === undefined ? undefined : moveTo(applied, () => patch)
    },
    catchUp(applied) {
      const from = previous
      return moveTo(applied, (value) => (isJsonObject(from) && isJsonObject(value) ? difference(from, value) : value))
    },
  }
}
