import { difference, mergePatch, type TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { statusOf, type TwinStatus } from '../protocol/machine-states.ts'
import type { DesiredListeners } from './listening/desired-listeners.ts'
import type { AppliedPatch } from './listening/desired-view.ts'
import { createListeners, emit, endListeners, type Listeners } from './listening/listeners.ts'
import { createStateListeners, emitState, type StateListeners } from './listening/state-listeners.ts'
import { EMPTY_DOCUMENT, type TwinUpdate } from './twin-update.ts'

/** The last known document and status of a twin. The only copy: each patch is merged here, once. */
export interface FollowedTwin {
  /** Empty before the first sync. */
  document: TwinDocument
  isSynced: boolean
  readonly statuses: StateListeners<TwinStatus>
  readonly desired: DesiredListeners
  readonly reported: Listeners<AppliedPatch>
}

export function createFollowedTwin(): FollowedTwin {
  return {
    document: EMPTY_DOCUMENT,
    isSynced: false,
    statuses: createStateListeners<TwinStatus>(statusOf({ type: 'idle' })),
    desired: createListeners(),
    reported: createListeners(),
  }
}

/** Applies an update, and then calls the listeners. */
export function updateTwin(twin: FollowedTwin, update: TwinUpdate): void {
  const { document: known, statuses, desired, reported } = twin
  switch (update.type) {
    case 'document':
      twin.document = update.document
      return emitDifference(twin, known)
    case 'desired':
    case 'reported': {
      const { type, properties, version } = update
      twin.document = Object.freeze({
        ...known,
        [type]: mergePatch(known[type], properties),
        versions: Object.freeze({ ...known.versions, [type]: version }),
      })
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

/** All changes since the last known document count as a single patch per section. */
function emitDifference(twin: FollowedTwin, known: TwinDocument): void {
  const isFirst = !twin.isSynced
  twin.isSynced = true
  for (const type of ['desired', 'reported'] as const) {
    const patch = difference(known[type], twin.document[type])
    if (isFirst || Object.keys(patch).length > 0) emitPatch(twin, type, patch)
  }
}

function emitPatch(twin: FollowedTwin, type: 'desired' | 'reported', properties: JsonObject): void {
  const { document } = twin
  emit(twin[type], { section: document[type], version: document.versions[type], properties })
}
