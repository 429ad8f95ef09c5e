import { applyPatch, inversePatch, type Path, valueAt } from '../protocol/document.ts'
import { freezeJson, type JsonObject, type JsonValue } from '../protocol/json.ts'

/**
 * The properties of a section at a version.
 *
 * A patch changes the newest properties in place, so its cost does not depend on their number.
 * Properties that an app has read are frozen, and the next patch copies what it changes of them. An
 * older snapshot that no app has read leads back from the next newer snapshot (H. G. Baker,
 * "Shallow binding makes functional arrays fast", 1991).
 */
export interface Snapshot {
  content: Whole | Older
}

interface Whole {
  readonly type: 'whole'
  readonly properties: JsonObject
}

interface Older {
  readonly type: 'older'
  readonly newer: Snapshot
  /** The merge patch from the newer snapshot to this. */
  readonly patch: JsonObject
}

/** Bounds the memory that a change holds when an app keeps it for a long time. */
const VERSIONS_PER_COPY = 64

export function createSnapshot(properties: JsonObject): Snapshot {
  return { content: { type: 'whole', properties } }
}

/**
 * The snapshot after a patch.
 *
 * @param newest no other snapshot follows it
 * @param version the `$version` after the patch
 */
export function nextSnapshot(newest: Snapshot, patch: JsonObject, version: number): Snapshot {
  const properties = version % VERSIONS_PER_COPY === 0 ? readSnapshot(newest) : wholeOf(newest)
  if (Object.isFrozen(properties)) return createSnapshot(applyPatch(properties, patch))
  const inverse = inversePatch(properties, patch)
  const newer = createSnapshot(applyPatch(properties, patch))
  newest.content = { type: 'older', newer, patch: inverse }
  return newer
}

/** The frozen properties. */
export function readSnapshot(snapshot: Snapshot): JsonObject {
  return freezeJson(wholeOf(snapshot))
}

/** The frozen value at a path, or `undefined`. */
export function readSnapshotAt(snapshot: Snapshot, path: Path): JsonValue | undefined {
  return freezeJson(valueAt(wholeOf(snapshot), path))
}

function wholeOf(snapshot: Snapshot): JsonObject {
  const { content } = snapshot
  if (content.type === 'whole') return content.properties
  const properties = applyPatch(readSnapshot(content.newer), content.patch)
  snapshot.content = { type: 'whole', properties }
  return properties
}
