import { difference, type TwinDocument, type TwinVersions } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { statusOf, type TwinStatus } from '../protocol/machine-states.ts'
import type { DesiredListeners } from './listening/desired-listeners.ts'
import type { AppliedPatch } from './listening/desired-view.ts'
import { createListeners, emit, endListeners, type Listeners } from './listening/listeners.ts'
import { createStateListeners, emitState, type StateListeners } from './listening/state-listeners.ts'
import { createSnapshot, nextSnapshot, readSnapshot, type Snapshot } from './snapshot.ts'
import { EMPTY_DOCUMENT, type TwinUpdate } from './twin-update.ts'

/** The last known sections and status of a twin. The only copy: each patch is merged here, once. */
export interface FollowedTwin {
  /** Empty before the first sync. */
  sections: Sections
  versions: TwinVersions
  isSynced: boolean
  readonly statuses: StateListeners<TwinStatus>
  readonly desired: DesiredListeners
  readonly reported: Listeners<AppliedPatch>
}

interface Sections {
  readonly desired: Snapshot
  readonly reported: Snapshot
}

export function createFollowedTwin(): FollowedTwin {
  return {
    sections: sectionsOf(EMPTY_DOCUMENT),
    versions: EMPTY_DOCUMENT.versions,
    isSynced: false,
    statuses: createStateListeners<TwinStatus>(statusOf({ type: 'idle' })),
    desired: createListeners(),
    reported: createListeners(),
  }
}

/** The whole twin, frozen. */
export function readDocument({ sections, versions }: FollowedTwin): TwinDocument {
  return Object.freeze({
    desired: readSnapshot(sections.desired),
    reported: readSnapshot(sections.reported),
    versions,
  })
}

/** Applies an update, and then calls the listeners. */
export function updateTwin(twin: FollowedTwin, update: TwinUpdate): void {
  const { sections, versions, statuses, desired, reported } = twin
  switch (update.type) {
    case 'document':
      twin.sections = sectionsOf(update.document)
      twin.versions = update.document.versions
      return emitDifference(twin, sections, update.document)
    case 'desired':
    case 'reported': {
      const { type, properties, version } = update
      twin.sections = { ...sections, [type]: nextSnapshot(sections[type], properties, version) }
      twin.versions = Object.freeze({ ...versions, [type]: version })
      return emitPatch(twin, type, properties)
    }
    case 'status':
      if (update.status.type === 'closed') {
        endListeners(desired)
        endListeners(reported)
      }
      return emitState(statuses, update.status)
  }
}

function sectionsOf({ desired, reported }: TwinDocument): Sections {
  return { desired: createSnapshot(desired), reported: createSnapshot(reported) }
}

/** All changes since the last known document count as a single patch per section. */
function emitDifference(twin: FollowedTwin, known: Sections, document: TwinDocument): void {
  const isFirst = !twin.isSynced
  twin.isSynced = true
  for (const type of ['desired', 'reported'] as const) {
    const patch = difference(readSnapshot(known[type]), document[type])
    if (isFirst || Object.keys(patch).length > 0) emitPatch(twin, type, patch)
  }
}

function emitPatch(twin: FollowedTwin, type: 'desired' | 'reported', properties: JsonObject): void {
  emit(twin[type], { section: twin.sections[type], version: twin.versions[type], properties })
}
