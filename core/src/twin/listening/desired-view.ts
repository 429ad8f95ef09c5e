import { type DesiredPatch, difference, parsePath, type Path, patchAt } from '../../protocol/document.ts'
import { isJsonObject, type JsonValue } from '../../protocol/json.ts'
import type { DesiredChange } from '../changes.ts'
import { readSnapshot, readSnapshotAt, type Snapshot } from '../snapshot.ts'

/** A patch, and the properties of its section after it. */
export interface AppliedPatch extends DesiredPatch {
  readonly section: Snapshot
}

/** Turns desired patches into the changes at a single path. A view serves a single listener. */
export interface DesiredView {
  readonly pathText: string
  readonly path: Path
  isStarted: boolean
  previous: JsonValue | undefined
}

/** @throws SyntaxError when a key of the path is empty */
export function createDesiredView(pathText: string): DesiredView {
  return { pathText, path: parsePath(pathText), isStarted: false, previous: undefined }
}

/**
 * Applies the next patch. The first starts at the current state instead.
 *
 * @returns `undefined` when the patch does not touch the path, or the path does not exist
 */
export function follow(view: DesiredView, applied: AppliedPatch): DesiredChange | undefined {
  if (!view.isStarted) return moveTo(view, applied, (value) => value)
  const patch = patchAt(applied.properties, view.path)
  return patch === undefined ? undefined : moveTo(view, applied, () => patch)
}

/** Skips all patches up to a later state, and returns a single change. */
export function catchUp(view: DesiredView, applied: AppliedPatch): DesiredChange | undefined {
  const from = view.previous
  return moveTo(view, applied, (value) => (isJsonObject(from) && isJsonObject(value) ? difference(from, value) : value))
}

function moveTo(
  view: DesiredView,
  { section, version }: AppliedPatch,
  patchTo: (value: JsonValue) => JsonValue,
): DesiredChange | undefined {
  const { pathText: path, previous } = view
  const value = readSnapshotAt(section, view.path)
  view.isStarted = true
  view.previous = value
  // The hub counts a version even when a patch deletes a path that does not exist.
  if (value === undefined && previous === undefined) return undefined
  return Object.freeze({
    path,
    value,
    previous,
    patch: value === undefined ? null : patchTo(value),
    version,
    // A copy of all properties, which few listeners need.
    get desired() {
      return readSnapshot(section)
    },
  })
}
