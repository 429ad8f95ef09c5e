import { difference, type TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { statusOf, type TwinStatus } from '../protocol/machine-states.ts'
import type { DesiredListeners } from './listening/desired-listeners.ts'
import { createListeners, emit, endListeners, type Listeners } from './listening/listeners.ts'
import type { AppliedReport } from './listening/reported-listeners.ts'
import { createStateListeners, emitState, type StateListeners } from './listening/state-listeners.ts'
import { EMPTY_DOCUMENT, type TwinUpdate, updateDocument } from './twin-update.ts'

/** The last known document and status of a twin. The only copy: each patch is merged here, once. */
export interface FollowedTwin {
  /** Empty before the first sync. */
  document: TwinDocument
  isSynced: boolean
  readonly statuses: StateListeners<TwinStatus>
  readonly desired: DesiredListeners
  readonly reported: Listeners<AppliedReport>
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
  const document = updateDocument(known, update)
  twin.document = document
  switch (update.type) {
    case 'document':
      return emitDifference(twin, known)
    case 'desired':
      return emit(desired, {
        desired: document.desired,
        version: update.version,
        properties: update.properties,
      })
    case 'reported':
      return emit(reported, {
        reported: document.reported,
        version: update.version,
        patch: update.properties,
      })
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
  const { desired, reported, versions } = twin.document
  const properties = difference(known.desired, desired)
  const patch = difference(known.reported, reported)
  if (isFirst || !isEmpty(properties)) emit(twin.desired, { desired, version: versions.desired, properties })
  if (isFirst || !isEmpty(patch)) emit(twin.reported, { reported, version: versions.reported, patch })
}

function isEmpty(patch: JsonObject): boolean {
  return Object.keys(patch).length === 0
}
